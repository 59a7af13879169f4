package dev.cloudlet.jobs;

import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.redis.Signals;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Store and transport as a server on a {@link Stage} sees them: every call is a point. */
final class StagedParts {
  private static final Set<String> WRITES =
      Set.of(
          "place",
          "insertIfAbsent",
          "change",
          "addMark",
          "removeMark",
          "dropMark",
          "claim",
          "release",
          "drop",
          "put",
          "conclude");

  private final Stage stage;
  private final StagedTime time;
  private final EngineLaws laws;

  StagedParts(Stage stage, StagedTime time, EngineLaws laws) {
    this.stage = stage;
    this.time = time;
    this.laws = laws;
  }

  JobStore store(JobStore real) {
    return staged(JobStore.class, real, Optional.of(real));
  }

  JobSlotStore slots(JobSlotStore real) {
    return staged(JobSlotStore.class, real, Optional.empty());
  }

  JobQueue queue(JobQueue real) {
    return staged(JobQueue.class, real, Optional.empty());
  }

  OperatorStores operator(OperatorStores real) {
    return new OperatorStores(
        staged(LaneStore.class, real.lanes(), Optional.empty()),
        staged(FailedJobStore.class, real.failed(), Optional.empty()),
        staged(OperatorActionStore.class, real.actions(), Optional.empty()),
        staged(ScheduleStore.class, real.schedules(), Optional.empty()));
  }

  private <T> T staged(Class<T> type, T real, Optional<JobStore> watched) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              String what = method.getName() + (given.length > 0 ? " " + label(given[0]) : "");
              return stage.point(
                  what,
                  () -> lawfully(watched, real, method, given),
                  luck -> {
                    throw luck == Stage.Luck.UNANSWERED && WRITES.contains(method.getName())
                        ? new OutcomeUnknownException("staged", null)
                        : new UnavailableException("staged", null);
                  });
            }));
  }

  private static Object label(Object argument) {
    return switch (argument) {
      case Job job -> job.id();
      case JobMark mark -> mark.id();
      case JobQueue.Entry entry -> entry.job();
      case JobQueue.Delivery delivery -> delivery.job();
      default -> argument;
    };
  }

  private Object lawfully(
      Optional<JobStore> watched, Object real, Method method, Object[] arguments) {
    boolean changes = watched.isPresent() && method.getName().equals("change");
    Optional<Job> before = changes ? watched.get().find((JobId) arguments[0]) : Optional.empty();
    Object answer = call(real, method, arguments);
    if (changes && ((Optional<?>) answer).isPresent()) {
      Stage.Actor actor = stage.current();
      laws.changedBy(
          actor,
          time.latest(actor.server),
          before.orElseThrow(),
          (Job) ((Optional<?>) answer).orElseThrow());
    }
    return answer;
  }

  private static Object call(Object real, Method method, Object[] arguments) {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IllegalStateException(thrown.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signals whose listeners wake when their turn comes: with or without one, as they must bear. */
  Signals signals() {
    return new Signals() {
      private final Set<String> sent = ConcurrentHashMap.newKeySet();

      @Override
      public void signal(String topic) {
        sent.add(topic);
      }

      @Override
      public Subscription subscribe(String topic) {
        return new Subscription() {
          @Override
          public boolean await(Duration patience) {
            return stage.point("signal " + topic, () -> sent.remove(topic), luck -> false);
          }

          @Override
          public void close() {
            sent.remove(topic);
          }
        };
      }

      @Override
      public void close() {
        sent.clear();
      }
    };
  }
}
