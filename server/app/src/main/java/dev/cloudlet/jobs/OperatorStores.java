package dev.cloudlet.jobs;

import dev.cloudlet.kernel.mongo.MongoConnection;

/** What is kept for the operator of the queues, and of the schedules. */
record OperatorStores(
    LaneStore lanes, FailedJobStore failed, OperatorActionStore actions, ScheduleStore schedules) {
  static OperatorStores mongo(MongoConnection mongo) {
    return new OperatorStores(
        new MongoLaneStore(mongo),
        new MongoFailedJobStore(mongo),
        new MongoOperatorActionStore(mongo),
        new MongoScheduleStore(mongo));
  }

  static OperatorStores inMemory() {
    return new OperatorStores(
        new InMemoryLaneStore(),
        new InMemoryFailedJobStore(),
        new InMemoryOperatorActionStore(),
        new InMemoryScheduleStore());
  }
}
