package dev.cloudlet.kernel.id;

/**
 * A worker node, {@code nod_...}.
 *
 * @param value the whole id
 */
public record NodeId(String value) implements TypedId {
  public static final String PREFIX = "nod";

  @Override
  public String toString() {
    return value;
  }
}
