package dev.cloudlet.wallet;

/**
 * One side of a transfer.
 *
 * @param account such as {@code wal:usr_...}
 * @param minor what comes in, in minor units; negative goes out; 0 only marks whom it concerns
 */
record Leg(LedgerAccountId account, long minor) {}
