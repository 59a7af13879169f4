package dev.cloudlet.video;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.TypedId;

/**
 * Objects that are to be removed, {@code <owner>/<bucket>/<prefix>}: noting them again changes
 * nothing.
 *
 * @param value owner, bucket and prefix
 */
public record GarbageId(String value) implements TypedId {
  static GarbageId of(AccountId owner, String bucket, String prefix) {
    return new GarbageId(owner.value() + '/' + bucket + '/' + prefix);
  }

  @Override
  public String toString() {
    return value;
  }
}
