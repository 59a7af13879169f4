package dev.cloudlet.mail;

/** Mail that goes out after the state change it tells of, once per event. */
public interface MailOutbox {
  /**
   * Keeps a mail for sending; returns once it is safe. Sending is retried with back-off until it
   * succeeds or a day has passed.
   *
   * @param eventId a second mail with the same one is dropped
   * @param to address
   * @param subject one line
   * @param text plain text; may hold a code, so it is never logged and is removed once sent
   */
  void send(MailEventId eventId, String to, String subject, String text);
}
