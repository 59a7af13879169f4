/** Coins: our ledger against PostgreSQL. */
@NullMarked
package dev.cloudlet.bench.ledger;

import org.jspecify.annotations.NullMarked;
