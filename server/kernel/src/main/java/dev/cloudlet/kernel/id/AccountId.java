package dev.cloudlet.kernel.id;

/**
 * The owner of everything: an account, {@code usr_...}. Comes only from the authenticated
 * principal.
 *
 * @param value the whole id
 */
public record AccountId(String value) implements TypedId {
  /** What account ids begin with. */
  public static final String PREFIX = "usr";

  public AccountId {
    if (!value.startsWith(PREFIX + "_")) {
      throw new IllegalArgumentException("not an account id: " + value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
