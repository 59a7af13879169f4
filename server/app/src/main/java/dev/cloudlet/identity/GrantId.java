package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A right to one act, {@code vft_...} or {@code hnd_...}.
 *
 * @param value the whole id
 */
public record GrantId(String value) implements TypedId {
  /** What ids of grants for a proved address begin with. */
  public static final String VERIFICATION = "vft";

  /** What ids of grants that name an account to another site begin with. */
  public static final String HANDOFF = "hnd";

  @Override
  public String toString() {
    return value;
  }
}
