package dev.cloudlet.video;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * Objects below a prefix that nobody needs any more.
 *
 * @param id made of owner, bucket and prefix
 * @param due when to remove them next
 * @param last after a removal at or behind this instant nothing can appear there any more
 */
record Garbage(
    GarbageId id, AccountId owner, String bucket, String prefix, Instant due, Instant last) {
  static Garbage of(AccountId owner, String bucket, String prefix, Instant due, Instant last) {
    return new Garbage(GarbageId.of(owner, bucket, prefix), owner, bucket, prefix, due, last);
  }
}
