/**
 * Coins: the append-only double-entry ledger, holds, history, statement, prices. Money moves
 * nowhere else.
 *
 * <p>Truth is the journal ({@code ledger_journal}): batches with {@code _id} = sequence number,
 * each the group commit of many transfers. Inserting the batch at head + 1 is the one write that
 * decides order, idempotency (unique index over the transfers' ids) and both sides of the double
 * entry. Everything else ({@code ledger_accounts}, {@code ledger_chunks}, {@code
 * ledger_checkpoint}) is projected from it afterwards and can be made again.
 *
 * <p>Must stay true: the legs of a transfer sum to zero; a wallet's available balance is never
 * below zero; a transfer's id has one effect for ever; time never goes back along the journal.
 */
@NullMarked
package dev.cloudlet.wallet;

import org.jspecify.annotations.NullMarked;
