package dev.cloudlet.mail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An outbox that only remembers, for tests of whoever sends mail. Any thread. */
public final class InMemoryMailOutbox implements MailOutbox {
  // Bounded by what a test sends.
  private final Map<MailEventId, Sent> mails = new LinkedHashMap<>();

  /** A mail that would go out; prints without its text. */
  public record Sent(MailEventId eventId, String to, String subject, String text) {
    @Override
    public String toString() {
      return "Sent[" + eventId + "]";
    }
  }

  @Override
  public synchronized void send(MailEventId eventId, String to, String subject, String text) {
    mails.putIfAbsent(eventId, new Sent(eventId, to, subject, text));
  }

  /** Every mail to the address, oldest first. */
  public synchronized List<Sent> to(String address) {
    return new ArrayList<>(
        mails.values().stream().filter(mail -> mail.to().equals(address)).toList());
  }
}
