package dev.cloudlet.mail;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.client.model.Sorts;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Outgoing mail in {@code mail_outbox}; kept small by the sweep, because due mail is scanned for.
 */
final class MongoMailStore implements MailStore {
  private final MongoRecords<OutgoingMail> mails;

  MongoMailStore(MongoConnection mongo) {
    mails =
        mongo.records(
            "mail_outbox",
            OutgoingMail.class,
            new MongoIndex("by_next_time", List.of("nextTime"), false, true),
            new MongoIndex("by_done_time", List.of("doneTime"), false, true));
  }

  @Override
  public boolean insert(OutgoingMail mail) {
    return mails.insertIfAbsent(mail);
  }

  @Override
  public List<OutgoingMail> due(Instant now, int limit) {
    return mails.list(
        lte("nextTime", MongoRecords.stored(now)), Sorts.ascending("nextTime"), limit);
  }

  @Override
  public Optional<OutgoingMail> lease(MailEventId id, Instant seen, Instant until) {
    return mails.updateAndGet(
        and(eq("_id", id.value()), eq("nextTime", MongoRecords.stored(seen))),
        combine(set("nextTime", MongoRecords.stored(until)), inc("attempts", 1)));
  }

  @Override
  public void retryAt(MailEventId id, Instant lease, Instant next) {
    mails.update(
        and(eq("_id", id.value()), eq("nextTime", MongoRecords.stored(lease))),
        set("nextTime", MongoRecords.stored(next)));
  }

  @Override
  public void done(MailEventId id, Instant now) {
    mails.update(
        eq("_id", id.value()),
        combine(unset("sealedText"), unset("nextTime"), set("doneTime", MongoRecords.stored(now))));
  }

  @Override
  public long sweep(Instant before) {
    return mails.deleteAll(lt("doneTime", MongoRecords.stored(before)));
  }
}
