package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * A key pair of the object store as it stands in the database.
 *
 * @param id the access key id
 * @param owner whose storage it opens
 * @param slot {@code <owner>/internal} for the platform's own pair, {@code <owner>/cleaner} for the
 *     one it cleans up with, {@code <owner>/0} to {@code 9} for the customer's; unique, which
 *     bounds their number
 * @param label for a person
 * @param sealedSecret the secret, sealed to owner and access key id: signature version 4 needs the
 *     text itself
 * @param createTime since when
 */
@SuppressWarnings("ArrayRecordComponent") // compared by id, never as a whole
public record S3Key(
    String id,
    AccountId owner,
    String slot,
    String label,
    byte[] sealedSecret,
    Instant createTime) {
  /** Customer pairs of one account. */
  public static final int SLOTS = 10;

  static String slot(AccountId owner, int number) {
    return owner.value() + '/' + number;
  }

  static String internalSlot(AccountId owner) {
    return owner.value() + "/internal";
  }

  static String cleanerSlot(AccountId owner) {
    return owner.value() + "/cleaner";
  }

  /** Whether the platform works with it on the customer's behalf. */
  boolean isInternal() {
    return slot.equals(internalSlot(owner));
  }

  /** Whether the platform removes things with it, whatever the customer may do. */
  boolean isCleaner() {
    return slot.equals(cleanerSlot(owner));
  }
}
