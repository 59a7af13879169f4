package dev.cloudlet.jobs;

import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.DerivedIds;
import dev.cloudlet.kernel.mongo.PageToken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the jobs of what comes again and again. One server leads, which spares the others the
 * looking; that no time is done twice rests on the job's id, which follows from name and time, so
 * that two leaders with wrong clocks make one job. The job is made before the schedule goes on: a
 * crash in between makes the same job again, which is there.
 */
final class Schedules {
  /** Owns the platform's own jobs; no customer has this id. */
  static final AccountId PLATFORM = new AccountId("usr_platform");

  private static final Logger log = LoggerFactory.getLogger(Schedules.class);
  private static final Duration LEADS_FOR = Duration.ofSeconds(15);
  private static final Duration TIME_LIMIT = Duration.ofHours(1);
  private static final int ATTEMPTS = 5;

  private final EngineParts parts;
  private final ScheduleStore store;
  private final JobsApi jobs;
  private final TreeMap<String, CronTimes> known = new TreeMap<>();

  Schedules(EngineParts parts, ScheduleStore store, JobsApi jobs) {
    this.parts = parts;
    this.store = store;
    this.jobs = jobs;
  }

  /** Adds a schedule; before the first {@link #step}. */
  void add(ScheduledWork work) {
    if (known.putIfAbsent(work.name(), CronTimes.of(work.cron())) != null) {
      throw new IllegalStateException("two schedules named " + work.name());
    }
  }

  /** Makes the jobs that are due if this server leads; run every second or so. */
  void step() {
    Instant now = parts.clock().instant();
    if (known.isEmpty()
        || !store.lead(parts.instance(), now.minus(JobStates.SKEW), now.plus(LEADS_FOR))) {
      return;
    }
    known.forEach(this::safely);
  }

  private void safely(String name, CronTimes cron) {
    try {
      look(name, cron);
    } catch (UnavailableException away) {
      throw away;
    } catch (RuntimeException e) {
      log.atWarn().addKeyValue("schedule", name).setCause(e).log("a schedule was passed over");
    }
  }

  private void look(String name, CronTimes cron) {
    Instant now = parts.clock().instant();
    Schedule schedule = current(name, cron);
    if (schedule.paused()) {
      return;
    }
    Instant regular = cron.after(now);
    if (schedule.nextTime().isAfter(regular)) {
      // The clock that found it was ahead; times that were done already give their old jobs.
      store.advance(schedule, regular, Optional.empty());
    } else if (!schedule.nextTime().isAfter(now) && isOver(schedule)) {
      JobId job = jobOf(name, schedule.nextTime());
      make(name, job, schedule.nextTime());
      store.advance(schedule, regular, Optional.of(job));
    }
  }

  private Schedule current(String name, CronTimes cron) {
    Instant next = cron.after(parts.clock().instant());
    Optional<Schedule> kept = store.find(name);
    if (kept.isEmpty()) {
      store.insertIfAbsent(
          new Schedule(name, cron.expression(), false, next, Optional.empty(), Optional.empty()));
    } else if (!kept.get().cron().equals(cron.expression())) {
      store.rewrite(name, cron.expression(), next);
    } else {
      return kept.get();
    }
    return store.find(name).orElseThrow(() -> PlatformException.notFound("schedule", name));
  }

  private boolean isOver(Schedule schedule) {
    return schedule.lastJob().flatMap(parts.store()::find).map(Job::settled).orElse(true);
  }

  private static JobId jobOf(String name, Instant time) {
    return new JobId(new DerivedIds("schedule\n" + name, time).next(JobId.PREFIX));
  }

  private void make(String name, JobId job, Instant time) {
    jobs.submit(order(name, job, time.toString().getBytes(StandardCharsets.UTF_8)));
    log.atInfo().addKeyValue("schedule", name).addKeyValue("job", job).log("scheduled job made");
  }

  static JobsApi.NewJob order(String name, JobId job, byte[] time) {
    return new JobsApi.NewJob(
        job, PLATFORM, name, name, time, Optional.empty(), 0, ATTEMPTS, TIME_LIMIT);
  }

  /** All schedules by name, as they stand. */
  PageToken.Page<Schedule> list(int size, String token) {
    PageToken.Request page = PageToken.read("schedules", size, token);
    List<Schedule> found =
        page.after().map(after -> known.tailMap(after, false)).orElse(known).entrySet().stream()
            .limit(page.fetchSize())
            .map(entry -> current(entry.getKey(), entry.getValue()))
            .toList();
    return page.page(found, Schedule::id);
  }

  private CronTimes require(String name) {
    return Optional.ofNullable(known.get(name))
        .orElseThrow(() -> PlatformException.notFound("schedule", name));
  }

  /** Makes a job of it now. */
  JobId run(String name, Operator operator) {
    require(name);
    JobId job = new JobId(operator.ids().next(JobId.PREFIX));
    return does(
        operator,
        new Operator.Target(OperatorAction.What.RUN_SCHEDULE, name, Optional.of(job)),
        () -> {
          make(name, job, parts.clock().instant());
          return job;
        });
  }

  /** Pauses it, or lets it go on from its next time. */
  Schedule set(String name, boolean paused, Operator operator) {
    CronTimes cron = require(name);
    OperatorAction.What what =
        paused ? OperatorAction.What.PAUSE_SCHEDULE : OperatorAction.What.RESUME_SCHEDULE;
    return does(
        operator,
        new Operator.Target(what, name, Optional.empty()),
        () -> {
          Schedule before = current(name, cron);
          if (before.paused() != paused) {
            store.set(name, paused, cron.after(parts.clock().instant()));
          }
          return current(name, cron);
        });
  }

  private <T> T does(Operator operator, Operator.Target target, Supplier<T> change) {
    Function<T, String> outcome = done -> "done";
    return operator.does(parts.operator().actions(), parts.clock(), target, change, outcome);
  }
}
