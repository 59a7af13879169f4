package dev.cloudlet.bench.jobs;

import dev.cloudlet.bench.harness.Callers;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Ground;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobHandler;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.jobs.JobsConfig;
import dev.cloudlet.jobs.JobsModule;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.wallet.HoldId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Our engine with a kind of work that does nothing. */
final class Engine implements AutoCloseable {
  private static final String KIND = "bench.nothing";
  private static final int OWNERS = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JobsConfig CONFIG =
      new JobsConfig(
          10_000,
          100,
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          JobsConfig.standard().backoff());

  private final Ground ground;
  private final JobsModule module;
  private final AtomicLong ordered = new AtomicLong();
  private long awaited;
  private final BlockingQueue<Long> begun = new LinkedBlockingQueue<>();
  private final BlockingQueue<JobId> ended = new LinkedBlockingQueue<>();

  Engine(Ground ground) {
    this.ground = ground;
    this.module = JobsModule.create(ground.foundation(), CONFIG);
    module.register(new Nothing());
  }

  void start() {
    module.start();
  }

  private final class Nothing implements JobHandler {
    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public Outcome run(Job job, AttemptLink link) {
      begun.add(System.nanoTime());
      return new Outcome.Succeeded(new byte[0]);
    }

    @Override
    public Optional<Outcome> attach(Job job, AttemptLink link) {
      return Optional.empty();
    }

    @Override
    public void again(Job failed, JobId next, HoldId hold) {
      throw new UnsupportedOperationException("nothing fails here");
    }

    @Override
    public long onEnded(Job job) {
      ended.add(job.id());
      return 0;
    }
  }

  private void submit(int number) {
    ordered.incrementAndGet();
    module
        .api()
        .submit(
            new JobsApi.NewJob(
                new JobId(ground.foundation().ids().next(JobId.PREFIX)),
                new AccountId(AccountId.PREFIX + "_bench" + number % OWNERS),
                KIND,
                "subject",
                new byte[100],
                Optional.empty(),
                0,
                3,
                Duration.ofHours(1)));
  }

  /** Orders so many, {@code inFlight} at once. */
  void submit(int count, int inFlight) throws Exception {
    Callers.inParallel(count, inFlight, this::submit);
  }

  Sample adding(int count, int inFlight) throws Exception {
    double cpu = Cpu.ofThisProcess();
    long start = System.nanoTime();
    submit(count, inFlight);
    return new Sample(count, (System.nanoTime() - start) / 1e9, Cpu.ofThisProcess() - cpu);
  }

  /** Waits until all that was ordered so far has ended and is settled. */
  void awaitEnds() throws InterruptedException {
    for (; awaited < ordered.get(); awaited++) {
      if (ended.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) == null) {
        throw new IllegalStateException("only " + awaited + " of " + ordered + " jobs ended");
      }
    }
    begun.clear();
  }

  /** Seconds from the order of one job to its beginning. */
  double wait(int number) throws InterruptedException {
    long before = System.nanoTime();
    submit(number);
    Long at = begun.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (at == null) {
      throw new IllegalStateException("a job did not begin");
    }
    double seconds = (at - before) / 1e9;
    awaitEnds();
    return seconds;
  }

  @Override
  public void close() {
    module.close();
  }
}
