package dev.cloudlet.video;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * Objects below a prefix that nobody needs any more.
 *
 * @param id {@code <bucket>/<prefix>} behind the owner, so that noting it again changes nothing
 * @param due when to remove them next
 * @param last after a removal at or behind this instant nothing can appear there any more
 */
public record Garbage(
    String id, AccountId owner, String bucket, String prefix, Instant due, Instant last) {
  static Garbage of(AccountId owner, String bucket, String prefix, Instant due, Instant last) {
    return new Garbage(
        owner.value() + '/' + bucket + '/' + prefix, owner, bucket, prefix, due, last);
  }
}
