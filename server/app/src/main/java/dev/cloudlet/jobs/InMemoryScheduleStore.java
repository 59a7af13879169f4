package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Schedules in memory, for tests. All methods hold one lock. */
final class InMemoryScheduleStore implements ScheduleStore {
  private final Map<String, Schedule> schedules = new HashMap<>();
  private Optional<Leader> leader = Optional.empty();

  @Override
  public synchronized void insertIfAbsent(Schedule schedule) {
    schedules.putIfAbsent(schedule.id(), schedule);
  }

  @Override
  public synchronized Optional<Schedule> find(String name) {
    return Optional.ofNullable(schedules.get(name));
  }

  @Override
  public synchronized boolean advance(Schedule seen, Instant next, Optional<JobId> job) {
    Optional<Schedule> now =
        find(seen.id()).filter(it -> !it.paused() && it.nextTime().equals(seen.nextTime()));
    now.ifPresent(
        it ->
            schedules.put(
                it.id(),
                new Schedule(
                    it.id(),
                    it.cron(),
                    false,
                    next,
                    job.isPresent() ? Optional.of(seen.nextTime()) : it.lastTime(),
                    job.or(it::lastJob))));
    return now.isPresent();
  }

  @Override
  public synchronized boolean rewrite(String name, String cron, Instant next) {
    Optional<Schedule> now = find(name).filter(it -> !it.cron().equals(cron));
    now.ifPresent(
        it ->
            schedules.put(
                name, new Schedule(name, cron, it.paused(), next, it.lastTime(), it.lastJob())));
    return now.isPresent();
  }

  @Override
  public synchronized void set(String name, boolean paused, Instant next) {
    schedules.computeIfPresent(
        name, (key, it) -> new Schedule(key, it.cron(), paused, next, it.lastTime(), it.lastJob()));
  }

  @Override
  public synchronized boolean lead(ServerId server, Instant now, Instant until) {
    boolean free =
        leader.map(it -> it.server().equals(server) || it.until().isBefore(now)).orElse(true);
    if (free) {
      leader = Optional.of(new Leader(MongoScheduleStore.LEADER, server, until));
    }
    return free;
  }
}
