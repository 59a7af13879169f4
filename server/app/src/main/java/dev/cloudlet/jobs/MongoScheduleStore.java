package dev.cloudlet.jobs;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Schedules in MongoDB: {@code schedules} by name, and the one document of {@code leaders}. */
final class MongoScheduleStore implements ScheduleStore {
  static final String LEADER = "schedules";
  private static final String ID = "_id";
  private static final String CRON = "cron";
  private static final String PAUSED = "paused";
  private static final String NEXT = "nextTime";
  private static final String SERVER = "server";
  private static final String UNTIL = "until";

  private final MongoRecords<Schedule> schedules;
  private final MongoRecords<Leader> leaders;

  MongoScheduleStore(MongoConnection mongo) {
    schedules = mongo.records("schedules", Schedule.class);
    leaders = mongo.records("leaders", Leader.class);
  }

  @Override
  public void insertIfAbsent(Schedule schedule) {
    schedules.insertIfAbsent(schedule);
  }

  @Override
  public Optional<Schedule> find(String name) {
    return schedules.get(name);
  }

  @Override
  public boolean advance(Schedule seen, Instant next, Optional<JobId> job) {
    List<Bson> changes = new ArrayList<>();
    changes.add(Updates.set(NEXT, MongoRecords.stored(next)));
    if (job.isPresent()) {
      changes.add(Updates.set("lastTime", MongoRecords.stored(seen.nextTime())));
      changes.add(Updates.set("lastJob", job.get().value()));
    }
    return schedules.update(
        Filters.and(
            Filters.eq(ID, seen.id()),
            Filters.eq(PAUSED, false),
            Filters.eq(NEXT, MongoRecords.stored(seen.nextTime()))),
        Updates.combine(changes));
  }

  @Override
  public boolean rewrite(String name, String cron, Instant next) {
    return schedules.update(
        Filters.and(Filters.eq(ID, name), Filters.ne(CRON, cron)),
        Updates.combine(Updates.set(CRON, cron), Updates.set(NEXT, MongoRecords.stored(next))));
  }

  @Override
  public void set(String name, boolean paused, Instant next) {
    schedules.update(
        Filters.eq(ID, name),
        Updates.combine(Updates.set(PAUSED, paused), Updates.set(NEXT, MongoRecords.stored(next))));
  }

  @Override
  public boolean lead(ServerId server, Instant now, Instant until) {
    boolean mine =
        leaders.update(
            Filters.and(
                Filters.eq(ID, LEADER),
                Filters.or(
                    Filters.eq(SERVER, server.value()),
                    Filters.lt(UNTIL, MongoRecords.stored(now)))),
            Updates.combine(
                Updates.set(SERVER, server.value()),
                Updates.set(UNTIL, MongoRecords.stored(until))));
    return mine || leaders.insertIfAbsent(new Leader(LEADER, server, until));
  }
}
