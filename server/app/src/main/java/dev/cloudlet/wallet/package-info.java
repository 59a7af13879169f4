/**
 * Coins: the append-only double-entry ledger, holds, history, statement, prices. Money moves
 * nowhere else.
 */
@NullMarked
package dev.cloudlet.wallet;

import org.jspecify.annotations.NullMarked;
