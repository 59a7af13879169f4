package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A signing key: {@code signing-key} for the first one, {@code signing-key-000001} and so on for
 * its successors. Ids sort by number.
 *
 * @param value the whole id
 */
public record SigningKeyId(String value) implements TypedId {
  private static final String FIRST = "signing-key";

  /** The id of the key of that number. */
  static SigningKeyId of(int number) {
    return new SigningKeyId(number == 0 ? FIRST : "%s-%06d".formatted(FIRST, number));
  }

  /** How many keys came before it. */
  int number() {
    return value.equals(FIRST) ? 0 : Integer.parseInt(value.substring(FIRST.length() + 1));
  }

  @Override
  public String toString() {
    return value;
  }
}
