package dev.cloudlet.wallet;

import java.time.Instant;

/** Coins that are put aside. */
record OpenHold(String holdId, long minor, String cause, Instant time) {}
