package dev.cloudlet.jobs;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.wallet.HoldId;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Work on the nodes of a {@link StagedWorld}, as the handlers of the capabilities do it. */
final class StagedHandler implements JobHandler {
  private final StagedWorld world;
  private final Consumer<JobsApi.NewJob> submit;

  StagedHandler(StagedWorld world, Consumer<JobsApi.NewJob> submit) {
    this.world = world;
    this.submit = submit;
  }

  /** What comes from a worker. */
  private enum Event {
    PROGRESS,
    DONE,
    RETRYABLE,
    HOPELESS,
    BROKEN_STREAM,
    LOST,
    INTERRUPTED
  }

  @Override
  public String kind() {
    return ScriptedHandler.KIND;
  }

  private <T> T step(String what, Job job, Supplier<T> effect) {
    return world.stage.point(
        what + ' ' + job.id() + '/' + job.attempt(),
        effect,
        luck -> {
          throw new UnavailableException("staged", null);
        });
  }

  @Override
  public Outcome run(Job job, AttemptLink link) throws InterruptedException {
    try {
      Optional<NodeId> node = step("reserve", job, world::freeNode);
      if (node.isEmpty()) {
        return new Outcome.NoCapacity();
      }
      link.runsOn(node.get());
      begin(job, node.get());
      return follow(job, node.get(), link);
    } catch (PlatformException failed) {
      return new Outcome.Broken(failed.reason(), failed.sentence());
    }
  }

  // A call that breaks may have reached the worker: it is joined, as any stream that breaks.
  private void begin(Job job, NodeId node) {
    try {
      step(
          "begin",
          job,
          () -> {
            world.laws.begun(job);
            world.nodes.begin(node, job);
            return true;
          });
    } catch (UnavailableException broken) {
      world.note("the call of " + job.id() + " broke");
    }
  }

  @Override
  public Optional<Outcome> attach(Job job, AttemptLink link) throws InterruptedException {
    NodeId node = job.nodeId().orElseThrow();
    try {
      return step("attach", job, () -> world.nodes.has(node, job))
          ? Optional.of(follow(job, node, link))
          : Optional.empty();
    } catch (PlatformException failed) {
      return Optional.of(new Outcome.Broken(failed.reason(), failed.sentence()));
    }
  }

  private Outcome follow(Job job, NodeId node, AttemptLink link) throws InterruptedException {
    double fraction = 0;
    while (true) {
      switch (step("follow", job, () -> event(node, job))) {
        case PROGRESS -> {
          fraction += 0.1;
          link.progress(fraction, "working", Optional.empty());
        }
        case DONE -> {
          return new Outcome.Succeeded(EngineLaws.result(job.id(), job.attempt()));
        }
        case RETRYABLE -> {
          world.nodes.stop(node, job);
          return broken("The worker failed.");
        }
        case HOPELESS -> {
          world.nodes.stop(node, job);
          return new Outcome.Refused(ErrorReason.ERROR_REASON_MEDIA_CORRUPT, "damaged");
        }
        case BROKEN_STREAM -> world.note("the stream of " + job.id() + " broke");
        case LOST -> {
          return broken("The worker lost the attempt.");
        }
        case INTERRUPTED -> {
          if (!link.isHandedOver()) {
            world.nodes.stop(node, job);
          }
          throw new InterruptedException("told to stop");
        }
      }
    }
  }

  private Event event(NodeId node, Job job) {
    if (Thread.interrupted()) {
      return Event.INTERRUPTED;
    }
    if (!world.nodes.has(node, job)) {
      return Event.LOST;
    }
    if (world.isCalm()) {
      return Event.DONE;
    }
    return switch (world.random.nextInt(10)) {
      case 0, 1, 2 -> Event.DONE;
      case 3 -> Event.RETRYABLE;
      case 4 -> world.random.nextInt(4) == 0 ? Event.HOPELESS : Event.PROGRESS;
      case 5 -> Event.BROKEN_STREAM;
      default -> Event.PROGRESS;
    };
  }

  private static Outcome broken(String message) {
    return new Outcome.Broken(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE, message);
  }

  @Override
  public void again(Job failed, JobId next, HoldId hold) {
    JobsApi.NewJob order = step("order again", failed, () -> world.orderedAgain(failed, next));
    submit.accept(order);
  }

  // Pays in one step and tells the world in another; either may fail and comes again.
  @Override
  public long onEnded(Job job) {
    step(
        "pay",
        job,
        () -> {
          world.laws.settles(job);
          return true;
        });
    step("tell", job, () -> true);
    return job.state() == Job.State.SUCCEEDED ? job.costMinor() : 0;
  }
}
