package dev.cloudlet.storage;

import dev.cloudlet.jobs.ScheduledWork;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.time.BackOff;
import dev.cloudlet.mail.MailEventId;
import dev.cloudlet.mail.MailOutbox;
import dev.cloudlet.storage.NoticePlan.Notice;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells owners by mail that their storage ends, is read-only, is closed. The mail is put into the
 * outbox under the notice's own id and then the next notice is planned: a crash between the two
 * puts the same mail in again, which the outbox drops.
 */
final class StorageReminders implements ScheduledWork {
  private static final Logger log = LoggerFactory.getLogger(StorageReminders.class);
  private static final int BATCH = 100;
  // What is left then comes an hour later.
  private static final int MAX_BATCHES = 10_000;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final StorageWorkStore store;
  private final NoticePlan plan;
  private final MailOutbox mail;
  private final Function<AccountId, Optional<String>> addressOf;
  private final InstantSource clock;

  StorageReminders(
      StorageWorkStore store,
      NoticePlan plan,
      MailOutbox mail,
      Function<AccountId, Optional<String>> addressOf,
      InstantSource clock) {
    this.store = store;
    this.plan = plan;
    this.mail = mail;
    this.addressOf = addressOf;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "storage.reminders";
  }

  @Override
  public String cron() {
    return "7 * * * *";
  }

  @Override
  public void run(Instant time) throws InterruptedException {
    for (int batch = 0; batch < MAX_BATCHES && sweep(); batch++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("told to stop reminding");
      }
    }
  }

  /** Gives one batch of the notices that are due; says whether more may be. */
  boolean sweep() {
    Instant now = clock.instant();
    List<StorageAccount> due = store.noticesDue(now, BATCH);
    for (StorageAccount account : due) {
      Instant seen = account.noticeTime().orElseThrow();
      Optional<Instant> next;
      try {
        plan.dueAt(now, account.periodEnd()).ifPresent(notice -> tell(account, notice));
        next = plan.firstAfter(now, account.periodEnd());
      } catch (RuntimeException later) {
        if (Thread.currentThread().isInterrupted()) {
          throw later;
        }
        log.atWarn()
            .addKeyValue("storage", account.storageId())
            .setCause(later)
            .log("an owner could not be reminded in this round");
        next = Optional.of(BackOff.next(seen, now));
      }
      store.planNotice(account.id(), seen, next);
    }
    return due.size() == BATCH;
  }

  private void tell(StorageAccount account, Notice notice) {
    Optional<String> address = addressOf.apply(account.id());
    if (address.isEmpty()) {
      return;
    }
    MailEventId event =
        new MailEventId(
            "storage-notice:%s:%d:%d"
                .formatted(
                    account.storageId(),
                    account.periodEnd().getEpochSecond(),
                    notice.time().getEpochSecond()));
    mail.send(event, address.get(), subject(notice), text(account, notice));
  }

  private static String subject(Notice notice) {
    return switch (notice.kind()) {
      case ENDS_SOON -> "Your storage ends soon";
      case READ_ONLY -> "Your storage is read-only now";
      case CLOSED -> "Your storage is closed";
    };
  }

  private String text(StorageAccount account, Notice notice) {
    String end = DAY.format(account.periodEnd());
    String closed = DAY.format(account.periodEnd().plus(plan.grace()));
    String what =
        switch (notice.kind()) {
          case ENDS_SOON ->
              "The paid period of your storage of %d GB ends on %s. From then on nothing can be written; objects stay readable until %s."
                  .formatted(account.sizeGb(), end, closed);
          case READ_ONLY ->
              "The paid period of your storage of %d GB ended on %s. Nothing can be written any more; objects stay readable until %s."
                  .formatted(account.sizeGb(), end, closed);
          case CLOSED ->
              "The paid period of your storage of %d GB ended on %s, and since %s its objects are not served any more."
                  .formatted(account.sizeGb(), end, closed);
        };
    return what + "\n\nExtend it to go on: 30 days are added.\n\nStorage: " + account.storageId();
  }
}
