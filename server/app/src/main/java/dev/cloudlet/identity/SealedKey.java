package dev.cloudlet.identity;

import java.time.Instant;

/**
 * A signing key as it stands in the database.
 *
 * @param id rises with each key
 * @param sealed the private key in PEM, sealed by the master key, in base64
 * @param createTime when it was made
 */
record SealedKey(SigningKeyId id, String sealed, Instant createTime) {
  @Override
  public String toString() {
    return "SealedKey[" + id + "]";
  }
}
