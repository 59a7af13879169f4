package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.wallet.HoldId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A kind of work whose behaviour a test writes. */
final class ScriptedHandler implements JobHandler {
  static final String KIND = "test.work";

  interface Run {
    Outcome run(Job job, AttemptLink link) throws InterruptedException;
  }

  interface Attach {
    Optional<Outcome> attach(Job job, AttemptLink link) throws InterruptedException;
  }

  interface Again {
    void order(Job failed, JobId next, HoldId hold);
  }

  volatile Again again =
      (failed, next, hold) -> {
        throw new UnsupportedOperationException("nobody retries here");
      };
  volatile Run run = (job, link) -> new Outcome.Succeeded(new byte[] {1});
  volatile Attach attach = (job, link) -> Optional.empty();
  final AtomicInteger failingEnds = new AtomicInteger();
  final List<Job> runs = new CopyOnWriteArrayList<>();
  final List<Job> attached = new CopyOnWriteArrayList<>();
  final List<Job> ended = new CopyOnWriteArrayList<>();

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Outcome run(Job job, AttemptLink link) throws InterruptedException {
    runs.add(job);
    return run.run(job, link);
  }

  @Override
  public Optional<Outcome> attach(Job job, AttemptLink link) throws InterruptedException {
    attached.add(job);
    return attach.attach(job, link);
  }

  @Override
  public void again(Job failed, JobId next, HoldId hold) {
    again.order(failed, next, hold);
  }

  @Override
  public long onEnded(Job job) {
    if (failingEnds.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("scripted failure of onEnded");
    }
    ended.add(job);
    return job.state() == Job.State.SUCCEEDED ? job.costMinor() : 0;
  }

  static Outcome brokenOnce() {
    return new Outcome.Broken(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, "no luck");
  }

  /** Work that goes on until it is interrupted. */
  static Run endless(String node, CountDownLatch begun, CountDownLatch interrupted) {
    return (job, link) -> {
      link.runsOn(new NodeId(node));
      begun.countDown();
      try {
        new CountDownLatch(1).await();
        throw new IllegalStateException("nobody opens this latch");
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
    };
  }
}
