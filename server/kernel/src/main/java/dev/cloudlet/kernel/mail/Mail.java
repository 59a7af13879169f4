package dev.cloudlet.kernel.mail;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One mail to one person. Prints without its text, which may hold a one-time code.
 *
 * @param to one plain address
 * @param subject 1 to 200 characters on one line
 * @param text the plain part, at most 1 MiB of characters
 * @param html the same for readers that show it, at most 1 MiB of characters
 * @param messageId unique for this mail and equal when it is sent again, so that a receiver can
 *     drop the second one: 1 to 100 of {@code A-Za-z0-9._-}
 */
public record Mail(
    String to, String subject, String text, Optional<String> html, String messageId) {
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@<>(),;:\\\\\"\\p{Cntrl}]{1,64}@[^\\s@<>(),;:\\\\\"\\p{Cntrl}]{1,190}");
  private static final Pattern MESSAGE_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]{1,200}");
  private static final int MAX_BODY = 1 << 20;

  /** Refuses what could end a header or fill a server. */
  public Mail {
    if (!ADDRESS.matcher(to).matches()) {
      throw new IllegalArgumentException("not a mail address");
    }
    if (!LINE.matcher(subject).matches()) {
      throw new IllegalArgumentException("a subject is one line of at most 200 characters");
    }
    if (text.length() > MAX_BODY || html.filter(body -> body.length() > MAX_BODY).isPresent()) {
      throw new IllegalArgumentException("a mail body has at most 1 MiB");
    }
    if (!MESSAGE_ID.matcher(messageId).matches()) {
      throw new IllegalArgumentException("not a message id");
    }
  }

  @Override
  public String toString() {
    return "Mail[" + messageId + "]";
  }
}
