package dev.cloudlet.mail;

import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.Sha256;
import dev.cloudlet.kernel.mail.Mail;
import dev.cloudlet.kernel.mail.MailNotSentException;
import dev.cloudlet.kernel.mail.MailSender;
import dev.cloudlet.kernel.redis.Signals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outbox: keeps mail, leases what is due, hands it over, retries with back-off for a day. */
final class QueuedMailOutbox implements MailOutbox {
  private static final Logger log = LoggerFactory.getLogger(QueuedMailOutbox.class);
  private static final String TOPIC = "mail.outbox";
  private static final Duration GIVE_UP = Duration.ofHours(24);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  private static final Duration LAST_RETRY = Duration.ofMinutes(15);
  private static final Duration LISTEN = Duration.ofSeconds(5);
  private static final int BATCH = 50;
  private static final int MAX_EVENT_ID = 200;
  private static final Pattern MESSAGE_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private final MailStore store;
  private final SecretBox box;
  private final MailSender sender;
  private final Signals signals;
  private final InstantSource clock;
  private final MailMetrics metrics;

  QueuedMailOutbox(
      MailStore store,
      SecretBox box,
      MailSender sender,
      Signals signals,
      InstantSource clock,
      MailMetrics metrics) {
    this.store = store;
    this.box = box;
    this.sender = sender;
    this.signals = signals;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  public void send(MailEventId eventId, String to, String subject, String text) {
    if (eventId.value().isEmpty() || eventId.value().length() > MAX_EVENT_ID) {
      throw new IllegalArgumentException("an event's id has 1 to " + MAX_EVENT_ID + " characters");
    }
    // Refuses here, where the caller can tell, what could never be handed over.
    Mail checked = mail(eventId, to, subject, text);
    Instant now = clock.instant();
    byte[] sealed = box.seal(text.getBytes(StandardCharsets.UTF_8), binding(eventId));
    store.insert(
        new OutgoingMail(
            eventId,
            checked.to(),
            checked.subject(),
            Optional.of(Base64.getEncoder().encodeToString(sealed)),
            now,
            0,
            Optional.of(now),
            Optional.empty()));
    signals.signal(TOPIC);
  }

  /** Hands over what is due, each time something is put in and from time to time. */
  void run() throws InterruptedException {
    try (Signals.Subscription wake = signals.subscribe(TOPIC)) {
      while (!Thread.currentThread().isInterrupted()) {
        if (deliverDue() < BATCH) {
          wake.await(LISTEN);
        }
      }
    }
  }

  /** Hands over at most {@value #BATCH} mails that are due; says how many were. */
  int deliverDue() {
    List<OutgoingMail> due = store.due(clock.instant(), BATCH);
    for (OutgoingMail mail : due) {
      Instant until = clock.instant().plus(sender.longestSend());
      store.lease(mail.id(), mail.nextTime().orElseThrow(), until).ifPresent(this::deliver);
    }
    return due.size();
  }

  private void deliver(OutgoingMail mail) {
    Instant now = clock.instant();
    if (mail.sealedText().isEmpty() || now.isAfter(mail.createTime().plus(GIVE_UP))) {
      log.atWarn()
          .addKeyValue("event", mail.id())
          .addKeyValue("attempts", mail.attempts() - 1)
          .log("mail given up after a day");
      metrics.count(MailMetrics.Outcome.GIVEN_UP);
      store.done(mail.id(), now);
      return;
    }
    try {
      sender.send(mail(mail.id(), mail.to(), mail.subject(), opened(mail)));
      metrics.count(MailMetrics.Outcome.SENT);
    } catch (MailNotSentException.Refused refused) {
      log.atWarn()
          .addKeyValue("event", mail.id())
          .setCause(refused)
          .log("mail refused by its receiver; not sent again");
      metrics.count(MailMetrics.Outcome.REFUSED);
    } catch (RuntimeException failed) {
      retry(mail, failed);
      return;
    }
    store.done(mail.id(), clock.instant());
  }

  private void retry(OutgoingMail mail, RuntimeException failed) {
    Duration pause = backOff(mail.attempts());
    log.atInfo()
        .addKeyValue("event", mail.id())
        .addKeyValue("attempt", mail.attempts())
        .addKeyValue("again_in_s", pause.toSeconds())
        .addKeyValue("failure", failed.getClass().getSimpleName())
        .log("mail not handed over");
    metrics.count(MailMetrics.Outcome.RETRIED);
    store.retryAt(mail.id(), mail.nextTime().orElseThrow(), clock.instant().plus(pause));
  }

  static Duration backOff(int attempts) {
    Duration pause = FIRST_RETRY.multipliedBy(1L << Math.clamp(attempts - 1, 0, 20));
    return pause.compareTo(LAST_RETRY) < 0 ? pause : LAST_RETRY;
  }

  private String opened(OutgoingMail mail) {
    byte[] sealed = Base64.getDecoder().decode(mail.sealedText().orElseThrow());
    return new String(box.open(sealed, binding(mail.id())), StandardCharsets.UTF_8);
  }

  private static Mail mail(MailEventId eventId, String to, String subject, String text) {
    return new Mail(to, subject, text, Optional.empty(), messageId(eventId));
  }

  private static SecretBox.Binding binding(MailEventId eventId) {
    return new SecretBox.Binding("mail", eventId.value());
  }

  private static String messageId(MailEventId event) {
    String eventId = event.value();
    return MESSAGE_ID.matcher(eventId).matches() ? eventId : Sha256.hex(eventId);
  }
}
