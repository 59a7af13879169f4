package dev.cloudlet.wallet;

import java.time.Instant;

/** Coins that are put aside. */
record OpenHold(HoldId holdId, long minor, String cause, Instant time) {}
