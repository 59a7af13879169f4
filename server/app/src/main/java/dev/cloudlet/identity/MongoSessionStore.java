package dev.cloudlet.identity;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.model.Sorts;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Sessions in {@code identity_sessions}; the calls of every request go by {@code _id}. */
final class MongoSessionStore implements SessionStore {
  private final MongoRecords<LoginSession> sessions;

  MongoSessionStore(MongoConnection mongo) {
    sessions =
        mongo.records(
            "identity_sessions",
            LoginSession.class,
            MongoIndex.of("by_account", "account", "-_id"),
            MongoIndex.of("by_expire_time", "expireTime"));
  }

  @Override
  public void insert(LoginSession session) {
    sessions.insertIfAbsent(session);
  }

  @Override
  public Optional<LoginSession> find(SessionId id) {
    return sessions.get(id);
  }

  @Override
  public Optional<LoginSession> rotate(
      SessionId id, StoredHash expected, StoredHash next, Instant expire) {
    return sessions.updateAndGet(
        and(notEnded(id), eq("refresh.value", expected.value())),
        combine(
            set("refresh.value", next.value()), set("expireTime", MongoRecords.stored(expire))));
  }

  @Override
  public boolean end(SessionId id, Instant now) {
    return sessions.update(notEnded(id), set("endTime", MongoRecords.stored(now)));
  }

  @Override
  public void survive(SessionId id, PasswordChangeId change) {
    sessions.update(notEnded(id), set("survives", change.value()));
  }

  @Override
  public void carryInto(SessionId id, long epoch) {
    sessions.update(notEnded(id), set("epoch", epoch));
  }

  @Override
  public List<LoginSession> list(AccountId account, Instant now, int limit) {
    return sessions.list(
        and(
            eq("account", account.value()),
            exists("endTime", false),
            gt("expireTime", MongoRecords.stored(now))),
        Sorts.descending("_id"),
        limit);
  }

  @Override
  public long sweep(Instant before) {
    return sessions.deleteAll(lt("expireTime", MongoRecords.stored(before)));
  }

  private static Bson notEnded(SessionId id) {
    return and(eq("_id", id.value()), exists("endTime", false));
  }
}
