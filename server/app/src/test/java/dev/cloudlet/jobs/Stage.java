package dev.cloudlet.jobs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Lets many threads of the engine run one at a time, from one {@link #point} to the next: at each
 * of them a test decides who goes on, and with what luck. So every interleaving of what touches the
 * store, the queue or a worker can be had, and had again from the same random numbers.
 */
final class Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What happens to one step. */
  enum Luck {
    GOOD,
    /** Nothing is sent. */
    UNAVAILABLE,
    /** It takes effect and the answer is lost. */
    UNANSWERED,
    /** The server dies before the step. */
    KILLED_BEFORE,
    /** The server dies after the step took effect. */
    KILLED_AFTER
  }

  /** Unwinds the threads of a server that is gone; no code of ours catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /** One thread, and where it stands. */
  static final class Actor {
    final String server;
    final String name;
    private final Semaphore go = new Semaphore(0);
    private String at = "";
    private Luck luck = Luck.GOOD;

    Actor(String server, String name) {
      this.server = server;
      this.name = name;
    }

    /** What it is about to do. */
    String at() {
      return at;
    }

    @Override
    public String toString() {
      return name + '@' + server + ": " + at;
    }
  }

  private final ThreadLocal<Actor> self = new ThreadLocal<>();
  private final List<Actor> waiting = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Predicate<String> alive;
  private int moving;
  private Optional<Throwable> fault = Optional.empty();

  /**
   * @param alive whether a server has not been killed
   */
  Stage(Predicate<String> alive) {
    this.alive = alive;
  }

  /** Begins a thread of a server; it runs to its first point and waits there. */
  synchronized void start(String server, String name, Runnable code) {
    if (!alive.test(server)) {
      return;
    }
    Actor actor = new Actor(server, name + '#' + names.merge(name, 1, Integer::sum));
    moving++;
    Thread.ofVirtual().name(actor.name).start(() -> act(actor, code));
  }

  private void act(Actor actor, Runnable code) {
    self.set(actor);
    Optional<Throwable> failed = Optional.empty();
    try {
      code.run();
    } catch (Killed gone) {
      failed = Optional.empty();
    } catch (Throwable e) {
      failed = Optional.of(e);
    }
    ended(failed);
  }

  /** The thread whose turn it is. */
  Actor current() {
    return self.get();
  }

  private synchronized void ended(Optional<Throwable> failed) {
    if (fault.isEmpty()) {
      fault = failed;
    }
    moving--;
    notifyAll();
  }

  /**
   * Waits for its turn, then does {@code effect} alone; by a thread that was begun elsewhere, at
   * once.
   */
  <T> T point(String what, Supplier<T> effect, Function<Luck, T> unlucky) {
    Actor actor = self.get();
    if (actor == null) {
      return effect.get();
    }
    Luck luck = await(actor, what);
    if (luck == Luck.KILLED_BEFORE || !alive.test(actor.server)) {
      throw new Killed();
    }
    if (luck == Luck.UNAVAILABLE) {
      return unlucky.apply(luck);
    }
    T answer = effect.get();
    if (luck == Luck.KILLED_AFTER) {
      throw new Killed();
    }
    return luck == Luck.UNANSWERED ? unlucky.apply(luck) : answer;
  }

  private Luck await(Actor actor, String what) {
    synchronized (this) {
      actor.at = what;
      waiting.add(actor);
      moving--;
      notifyAll();
    }
    actor.go.acquireUninterruptibly();
    return actor.luck;
  }

  /** Everybody who waits for a turn, in an order that does not depend on threads. */
  synchronized List<Actor> waiting() {
    awaitQuiet();
    return waiting.stream().sorted(Comparator.comparing(Actor::toString)).toList();
  }

  /** Lets one go on to its next point. */
  synchronized void go(Actor actor, Luck luck) {
    if (!waiting.remove(actor)) {
      throw new IllegalStateException(actor + " does not wait");
    }
    moving++;
    actor.luck = luck;
    actor.go.release();
    awaitQuiet();
  }

  private void awaitQuiet() {
    long begun = System.nanoTime();
    while (moving > 0) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new AssertionError("a thread runs on without a point; waiting are " + waiting);
      }
      try {
        TimeUnit.MILLISECONDS.timedWait(this, 100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    fault.ifPresent(
        e -> {
          throw new AssertionError("a thread failed", e);
        });
  }
}
