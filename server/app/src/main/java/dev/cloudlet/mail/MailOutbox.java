package dev.cloudlet.mail;

/** Mail that goes out after the state change it tells of, once per event. */
public interface MailOutbox {
  /**
   * Keeps a mail for sending; returns once it is safe. Sending is retried with back-off until it
   * succeeds or a day has passed.
   *
   * @param eventId names the event; a second mail with the same id is dropped
   * @param to address
   * @param subject one line
   * @param text plain text; may hold a code, so it is never logged and is removed once sent
   */
  void send(String eventId, String to, String subject, String text);
}
