package dev.cloudlet.sdk;

import java.time.Instant;

/**
 * The check that no coin was ever made or lost.
 *
 * @param conserved whether debits equal credits, every balance equals the sum of its entries, and
 *     no customer's balance is negative
 * @param debits sum of all debits of the whole ledger
 * @param credits sum of all credits of the whole ledger
 * @param transferCount how many transfers were summed
 * @param proveTime when they were summed; the sum of a very large ledger stands for a while
 */
public record Conservation(
    boolean conserved, Coins debits, Coins credits, long transferCount, Instant proveTime) {}
