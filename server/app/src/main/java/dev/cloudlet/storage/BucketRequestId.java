package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.TypedId;

/**
 * The request that made a bucket, {@code bkt_...}, or the platform itself.
 *
 * @param value the whole id
 */
public record BucketRequestId(String value) implements TypedId {
  public static final String PREFIX = "bkt";

  /** Made for a capability, by no request for a bucket. */
  static final BucketRequestId PLATFORM = new BucketRequestId("platform");

  @Override
  public String toString() {
    return value;
  }
}
