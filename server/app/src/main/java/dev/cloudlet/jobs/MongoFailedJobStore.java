package dev.cloudlet.jobs;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoOwnerOrder;
import java.util.List;
import java.util.Optional;

/** Failed jobs in MongoDB: an order of {@code jobs_failed} for each kind. */
final class MongoFailedJobStore implements FailedJobStore {
  private final MongoOwnerOrder order;

  MongoFailedJobStore(MongoConnection mongo) {
    order = new MongoOwnerOrder(mongo, "jobs_failed");
  }

  @Override
  public void add(String kind, JobId id) {
    order.append(kind, id.value());
  }

  @Override
  public List<JobId> list(String kind, Optional<JobId> before, int limit) {
    return order.before(kind, before.map(JobId::value), limit).stream().map(JobId::new).toList();
  }
}
