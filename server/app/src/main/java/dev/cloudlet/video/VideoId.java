package dev.cloudlet.video;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A video, {@code vid_...}.
 *
 * @param value the whole id
 */
public record VideoId(String value) implements TypedId {
  public static final String PREFIX = "vid";

  @Override
  public String toString() {
    return value;
  }
}
