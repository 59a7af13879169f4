package dev.cloudlet.kernel.rpc;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** Instants in the form of the contract, and back. */
public final class Timestamps {
  private Timestamps() {}

  /** The same instant in the contract's form. */
  public static Timestamp of(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** The same instant; requests hold no other than {@link TimeRanges} lets through. */
  public static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
