package dev.cloudlet.identity;

import java.time.Instant;

/**
 * A signing key as it stands in the database.
 *
 * @param id {@code signing-key} for the first one, {@code signing-key-000001} and so on for its
 *     successors
 * @param sealed the private key in PEM, sealed by the master key, in base64
 * @param createTime when it was made
 */
record SealedKey(String id, String sealed, Instant createTime) {
  private static final String FIRST = "signing-key";

  /** The id of the key of that number; ids sort by number. */
  static String idOf(int number) {
    return number == 0 ? FIRST : "%s-%06d".formatted(FIRST, number);
  }

  /** How many keys came before it. */
  int number() {
    return id.equals(FIRST) ? 0 : Integer.parseInt(id.substring(FIRST.length() + 1));
  }

  @Override
  public String toString() {
    return "SealedKey[" + id + "]";
  }
}
