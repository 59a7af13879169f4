package dev.cloudlet.kernel.mail;

import java.time.Duration;

/**
 * Hands mail over. Calls block for at most the sender's timeouts and belong on virtual threads. Any
 * thread.
 */
public interface MailSender {
  /**
   * Returns once a server has taken responsibility for the mail.
   *
   * @throws MailNotSentException {@code Refused} if sending it again cannot help, {@code
   *     Unavailable} if nobody knows or it may help: repeat with the same message id
   */
  void send(Mail mail);

  /**
   * How long one call may block, all its timeouts together. A mail that a server was sending when
   * it died is sent by another one only after so long.
   */
  Duration longestSend();
}
