package dev.cloudlet.wallet;

import java.time.Instant;

/** A transfer with its place in the journal. */
record Posting(long seq, Instant time, Transfer transfer) {}
