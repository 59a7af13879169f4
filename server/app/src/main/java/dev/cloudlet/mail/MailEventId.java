package dev.cloudlet.mail;

import dev.cloudlet.kernel.id.TypedId;

/**
 * The event that a mail tells of, named by whoever sends it: one event is told once.
 *
 * @param value the whole id, 1 to 200 characters
 */
public record MailEventId(String value) implements TypedId {
  @Override
  public String toString() {
    return value;
  }
}
