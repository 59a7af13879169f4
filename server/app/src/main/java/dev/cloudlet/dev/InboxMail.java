package dev.cloudlet.dev;

import java.time.Instant;

/**
 * A mail in the inbox; prints without its text.
 *
 * @param id time-ordered
 * @param messageId the mail's own, unique per mail; a second delivery has the same
 * @param to whose mailbox
 * @param subject one line
 * @param text plain
 * @param createTime when it came in
 */
record InboxMail(
    InboxMailId id, String messageId, String to, String subject, String text, Instant createTime) {
  @Override
  public String toString() {
    return "InboxMail[" + id + "]";
  }
}
