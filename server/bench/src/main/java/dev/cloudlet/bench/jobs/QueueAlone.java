package dev.cloudlet.bench.jobs;

import dev.cloudlet.bench.harness.Callers;
import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Ground;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobQueue;
import dev.cloudlet.jobs.RedisJobQueue;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The queue without the database behind it: what is in Redis alone, as BullMQ's jobs are. */
final class QueueAlone implements AutoCloseable {
  private static final String KIND = "bench.queue";
  private static final int OWNERS = 100;
  private static final int CALLERS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Ground ground;
  private final ServerId server;
  private final RedisJobQueue queue;

  QueueAlone(Ground ground) throws InterruptedException {
    this.ground = ground;
    this.server = new ServerId(ground.foundation().ids().next(ServerId.PREFIX));
    this.queue =
        new RedisJobQueue(
            ground.foundation().redis(),
            new JobQueue.Bounds(1_000, Duration.ofSeconds(30), Duration.ofSeconds(30)),
            "bench");
    // The first look makes what the others look at.
    queue.take(KIND, server, Duration.ofMillis(1));
  }

  private void add(int number) {
    queue.add(
        new JobQueue.Entry(
            new JobId(ground.foundation().ids().next(JobId.PREFIX)),
            new AccountId(AccountId.PREFIX + "_bench" + number % OWNERS),
            KIND,
            Instant.now()));
  }

  Sample adding(int count, int inFlight) throws Exception {
    double cpu = Cpu.ofThisProcess();
    long start = System.nanoTime();
    Callers.inParallel(count, inFlight, this::add);
    Sample sample = new Sample(count, (System.nanoTime() - start) / 1e9, Cpu.ofThisProcess() - cpu);
    // Taken away again outside the time, as the peer does with its queue.
    takeAll(count);
    return sample;
  }

  /** Takes what was added before, hundred at once, each by itself. */
  Sample working(int count) throws Exception {
    Callers.inParallel(count, CALLERS, this::add);
    double cpu = Cpu.ofThisProcess();
    long start = System.nanoTime();
    takeAll(count);
    return new Sample(count, (System.nanoTime() - start) / 1e9, Cpu.ofThisProcess() - cpu);
  }

  private void takeAll(int count) throws Exception {
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int taken = 0; taken < count; taken++) {
        Optional<JobQueue.Delivery> delivery = queue.take(KIND, server, PATIENCE);
        if (delivery.isEmpty()) {
          throw new IllegalStateException("only " + taken + " of " + count + " came");
        }
        done.add(workers.submit(() -> queue.done(delivery.get())));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }

  @Override
  public void close() {
    queue.close();
  }
}
