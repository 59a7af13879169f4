package dev.cloudlet.jobs;

import dev.cloudlet.wallet.HoldId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/** Runs the jobs of one schedule, on this server itself: no node has them, nobody pays. */
final class ScheduledWorkHandler implements JobHandler {
  private final ScheduledWork work;
  private final JobsApi jobs;

  ScheduledWorkHandler(ScheduledWork work, JobsApi jobs) {
    this.work = work;
    this.jobs = jobs;
  }

  @Override
  public String kind() {
    return work.name();
  }

  @Override
  public Outcome run(Job job, AttemptLink link) throws InterruptedException {
    work.run(Instant.parse(new String(job.payload(), StandardCharsets.UTF_8)));
    return new Outcome.Succeeded(new byte[0]);
  }

  @Override
  public Optional<Outcome> attach(Job job, AttemptLink link) {
    return Optional.empty();
  }

  @Override
  public void again(Job failed, JobId next, HoldId hold) {
    jobs.submit(Schedules.order(work.name(), next, failed.payload()));
  }

  @Override
  public long onEnded(Job job) {
    return 0;
  }
}
