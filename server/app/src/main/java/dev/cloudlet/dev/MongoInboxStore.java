package dev.cloudlet.dev;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lt;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.conversions.Bson;

/** The inbox in {@code dev_inbox}; small, so that scans are cheap. */
final class MongoInboxStore implements InboxStore {
  private final MongoRecords<InboxMail> mails;

  MongoInboxStore(MongoConnection mongo) {
    mails =
        mongo.records(
            "dev_inbox", InboxMail.class, MongoIndex.unique("by_message_id", "messageId"));
  }

  @Override
  public void insert(InboxMail mail) {
    mails.insertIfAbsent(mail);
  }

  @Override
  public List<InboxMail> list(Optional<String> to, Optional<InboxMailId> before, int limit) {
    List<Bson> filters =
        Stream.concat(
                to.stream().map(address -> eq("to", address)),
                before.stream().map(id -> lt("_id", id.value())))
            .toList();
    return mails.list(
        filters.isEmpty() ? Filters.empty() : and(filters), Sorts.descending("_id"), limit);
  }

  @Override
  public void removeBefore(InboxMailId id) {
    mails.deleteAll(lt("_id", id.value()));
  }
}
