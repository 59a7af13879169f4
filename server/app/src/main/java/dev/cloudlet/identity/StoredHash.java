package dev.cloudlet.identity;

/**
 * A hash of a secret as it stands in the database; prints as {@code ***}, because a hash of a
 * password or a six-digit code is worth guessing at.
 */
record StoredHash(String value) {
  @Override
  public String toString() {
    return "***";
  }
}
