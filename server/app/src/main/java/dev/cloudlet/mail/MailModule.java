package dev.cloudlet.mail;

import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.mail.MailSender;
import java.time.Duration;

/** The outbox, wired. */
public final class MailModule {
  private static final Duration SWEEP = Duration.ofMinutes(10);
  // As long as a request may be repeated, so that its mail is known.
  private static final Duration KEEP = Duration.ofHours(25);

  private MailModule() {}

  /**
   * Wires the outbox and starts its delivery.
   *
   * @param box seals texts that wait
   * @param sender the way out: SMTP, or the inbox of standalone
   */
  public static MailOutbox create(Foundation foundation, SecretBox box, MailSender sender) {
    MailStore store = new MongoMailStore(foundation.mongo());
    QueuedMailOutbox outbox =
        new QueuedMailOutbox(
            store,
            box,
            sender,
            foundation.signals(),
            foundation.clock(),
            new MailMetrics(foundation.meters()));
    foundation.background().loop("send-mail", outbox::run);
    foundation
        .background()
        .every("sweep-mail", SWEEP, () -> store.sweep(foundation.clock().instant().minus(KEEP)));
    return outbox;
  }
}
