package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;

/**
 * A key pair of the object store as it stands in the database.
 *
 * @param id the access key id
 * @param owner whose storage it opens
 * @param slot {@code <owner>/internal} for the platform's own pair, {@code <owner>/0} to {@code 9}
 *     for the customer's; unique, which bounds their number
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

  boolean isInternal() {
    return slot.equals(internalSlot(owner));
  }
}
