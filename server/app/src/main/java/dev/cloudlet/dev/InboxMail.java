package dev.cloudlet.dev;

import java.time.Instant;

/**
 * A mail in the inbox; prints without its text.
 *
 * @param id {@code mai_...}, time-ordered
 * @param messageId unique per mail; a second delivery has the same
 * @param to whose mailbox
 * @param subject one line
 * @param text plain
 * @param createTime when it came in
 */
record InboxMail(
    String id, String messageId, String to, String subject, String text, Instant createTime) {
  @Override
  public String toString() {
    return "InboxMail[" + id + "]";
  }
}
