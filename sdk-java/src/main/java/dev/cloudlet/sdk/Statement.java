package dev.cloudlet.sdk;

/**
 * The sums of a wallet between two instants: {@code closing = opening + credited - debited}.
 *
 * @param opening available at the start
 * @param credited sum of what came in
 * @param debited sum of what went out, as a positive amount
 * @param closing available at the end
 * @param entryCount how many entries lie between
 */
public record Statement(
    Coins opening, Coins credited, Coins debited, Coins closing, long entryCount) {}
