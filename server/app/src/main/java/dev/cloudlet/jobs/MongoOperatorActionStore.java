package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Actions in MongoDB: {@code job_actions}, by id, which is their order; kept small by trimming. */
final class MongoOperatorActionStore implements OperatorActionStore {
  private static final String ID = "_id";
  private static final String OUTCOME = "outcome";
  private static final int PAGE = 500;

  private final MongoRecords<OperatorAction> actions;

  MongoOperatorActionStore(MongoConnection mongo) {
    actions = mongo.records("job_actions", OperatorAction.class);
  }

  @Override
  public void add(OperatorAction action) {
    actions.insertIfAbsent(action);
  }

  @Override
  public void conclude(OperatorActionId id, String outcome) {
    actions.update(
        Filters.and(Filters.eq(ID, id.value()), Filters.exists(OUTCOME, false)),
        Updates.set(OUTCOME, outcome));
  }

  @Override
  public List<OperatorAction> list(Optional<OperatorActionId> before, int limit) {
    Bson below = before.map(id -> Filters.lt(ID, id.value())).orElseGet(Filters::empty);
    return actions.list(below, Sorts.descending(ID), limit);
  }

  @Override
  public void trim(Instant before, int most) {
    actions.deleteAll(Filters.lt("time", MongoRecords.stored(before)));
    Optional<OperatorActionId> last = Optional.empty();
    for (int seen = 0; seen < most; seen += PAGE) {
      List<OperatorAction> page = list(last, Math.min(PAGE, most - seen));
      if (page.size() < Math.min(PAGE, most - seen)) {
        return;
      }
      last = Optional.of(page.getLast().id());
    }
    last.ifPresent(id -> actions.deleteAll(Filters.lt(ID, id.value())));
  }
}
