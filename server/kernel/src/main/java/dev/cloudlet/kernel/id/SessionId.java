package dev.cloudlet.kernel.id;

/**
 * A signed-in session, {@code ses_...}.
 *
 * @param value the whole id
 */
public record SessionId(String value) implements TypedId {
  public static final String PREFIX = "ses";

  @Override
  public String toString() {
    return value;
  }
}
