package dev.cloudlet.payments;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The sandbox's store in MongoDB. Notices are removed when delivered, so they stay few. */
final class MongoSandboxStore implements SandboxStore {
  private final MongoRecords<SandboxCheckout> checkouts;
  private final MongoRecords<SandboxNotice> notices;

  MongoSandboxStore(MongoConnection mongo) {
    checkouts = mongo.records("sandbox_checkouts", SandboxCheckout.class);
    notices =
        mongo.records("sandbox_notices", SandboxNotice.class, MongoIndex.of("by_time", "nextTime"));
  }

  @Override
  public void open(SandboxCheckout checkout) {
    checkouts.insertIfAbsent(checkout);
  }

  @Override
  public Optional<SandboxCheckout> find(SandboxCheckoutId checkoutId) {
    return checkouts.get(checkoutId);
  }

  @Override
  public boolean decide(SandboxCheckout next) {
    return checkouts.replace(
        Filters.and(
            Filters.eq("_id", next.id().value()), Filters.eq("attempts", next.attempts() - 1)),
        next);
  }

  @Override
  public void addNotice(SandboxNotice notice) {
    notices.insertIfAbsent(notice);
  }

  @Override
  public List<SandboxNotice> listDue(Instant now, int limit) {
    return notices.list(
        Filters.lte("nextTime", MongoRecords.stored(now)), Sorts.ascending("nextTime"), limit);
  }

  @Override
  public void postpone(SandboxNotice notice, Instant nextTime) {
    notices.update(
        Filters.and(Filters.eq("_id", notice.id().value()), Filters.eq("tries", notice.tries())),
        Updates.combine(
            Updates.inc("tries", 1), Updates.set("nextTime", MongoRecords.stored(nextTime))));
  }

  @Override
  public void remove(SandboxNoticeId noticeId) {
    notices.delete(Filters.eq("_id", noticeId.value()));
  }
}
