package dev.cloudlet.dev;

import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.mail.Mail;
import dev.cloudlet.kernel.mail.MailSender;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Delivers mail into the inbox instead of the world; once per message id. Any thread. */
final class InboxMailSender implements MailSender {
  /** How many mails stay. */
  static final int KEEP = 1000;

  private final InboxStore store;
  private final InstantSource clock;
  private final IdSource ids;

  InboxMailSender(InboxStore store, InstantSource clock, IdSource ids) {
    this.store = store;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public void send(Mail mail) {
    store.insert(
        new InboxMail(
            new InboxMailId(ids.next(InboxMailId.PREFIX)),
            mail.messageId(),
            mail.to().toLowerCase(Locale.ROOT),
            mail.subject(),
            mail.text(),
            clock.instant()));
  }

  /** One write, which may be repeated: who waits for a code does not wait long after a crash. */
  @Override
  public Duration longestSend() {
    return Duration.ofSeconds(10);
  }

  /** Removes all but the newest {@value #KEEP}. */
  void trim() {
    List<InboxMail> newest = store.list(Optional.empty(), Optional.empty(), KEEP);
    if (newest.size() == KEEP) {
      store.removeBefore(newest.getLast().id());
    }
  }
}
