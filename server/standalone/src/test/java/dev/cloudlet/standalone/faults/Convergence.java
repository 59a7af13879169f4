package dev.cloudlet.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.cloudlet.standalone.faults.Mutation.Ready;
import dev.cloudlet.testkit.fault.FaultAt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/**
 * One mutation under faults: whatever breaks, its caller hears done, refused or unknown, and the
 * same request repeated leaves what one undisturbed run leaves.
 */
final class Convergence<Q extends Message, S extends Message> {
  /** Longer than a server holds the claim on a request whose answer never came. */
  private static final Duration LEASE = Duration.ofSeconds(26);

  /** After so long a mail is sent again that a dying server had begun to send. */
  private static final Duration MAIL_AGAIN = Duration.ofSeconds(15);

  private static final int MOST_TRIES = 12;
  private static final Duration SETTLES = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(15);
  private static final int LOOKS_BEFORE_WAITING = 20;

  private final FaultedPlatform platform;
  private final Mutation<Q, S> mutation;
  private Effect expected = new Effect(Map.of(), "");

  /** What a run left: documents by collection, and what the mutation itself looks at. */
  private record Effect(Map<String, Long> documents, String seen) {}

  /** A run that is about to be made, and what was there before. */
  private record Run<Q>(Ready<Q> ready, Q request, Map<String, Long> before) {}

  Convergence(FaultedPlatform platform, Mutation<Q, S> mutation) {
    this.platform = platform;
    this.mutation = mutation;
  }

  private Run<Q> prepare() {
    Ready<Q> ready = mutation.prepare().apply(platform);
    Q request = Mutation.identified(ready.request(), UUID.randomUUID().toString());
    return new Run<>(ready, request, quiet());
  }

  // What was prepared, or done, may still be going on in the background: a cancel that met its job
  // while an attempt looked for a node is settled by that attempt, after the answer.
  private Map<String, Long> quiet() {
    List<Map<String, Long>> looks = new ArrayList<>(List.of(platform.documents().counts()));
    Awaitility.await()
        .atMost(SETTLES)
        .pollInterval(LOOK)
        .until(
            () -> {
              looks.add(platform.documents().counts());
              return looks.getLast().equals(looks.get(looks.size() - 2))
                  && !platform.documents().jobsAreEnding();
            });
    return looks.getLast();
  }

  private Outcome<S> call(Replica server, Run<Q> run) {
    return server.call(mutation.method(), run.request(), run.ready().token());
  }

  /**
   * How it goes when nothing breaks; a repetition at the other server changes nothing.
   *
   * @return how many exchanges each kind of strike finds
   */
  Map<Strike, Integer> undisturbed() {
    Run<Q> run = prepare();
    Map<Strike, Integer> exchanges = counted(() -> done(platform.faulted(), run));
    expected = twiceTheSame(effect(run));
    Run<Q> again = prepare();
    S done = done(platform.faulted(), again);
    requireSame(done, done(platform.sound(), again), "a repetition at another server");
    requireExpected(again, "a repetition");
    return exchanges;
  }

  // What is still going on in the background may fall into one run, but hardly into two alike.
  private Effect twiceTheSame(Effect first) {
    Effect last = first;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Run<Q> run = prepare();
      done(platform.faulted(), run);
      Effect next = effect(run);
      if (next.equals(last)) {
        return next;
      }
      last = next;
    }
    throw new AssertionError(mutation + " has another effect each time, at last " + last);
  }

  private Map<Strike, Integer> counted(Runnable undisturbed) {
    Map<Strike, FaultAt> counters = new EnumMap<>(Strike.class);
    for (Strike strike : Strike.ONE_OF_EACH_PART) {
      counters.put(strike, strike.plan(Integer.MAX_VALUE));
      strike.proxy(platform).plan(counters.get(strike));
    }
    undisturbed.run();
    Map<Strike, Integer> seen = new EnumMap<>(Strike.class);
    counters.forEach(
        (strike, counter) -> {
          strike.proxy(platform).heal();
          seen.put(strike, counter.seen());
        });
    return seen;
  }

  private S done(Replica server, Run<Q> run) {
    Outcome<S> outcome = call(server, run);
    return outcome.response().orElseThrow(() -> new AssertionError(mutation + " " + outcome));
  }

  private Effect effect(Run<Q> run) {
    return new Effect(MongoDocuments.changes(run.before(), quiet()), run.ready().effect().get());
  }

  private void requireSame(S first, S again, String what) {
    if (mutation.answersAgain()) {
      assertThat(again).as("the answer to " + what).isEqualTo(first);
    }
  }

  /** Several at once on both servers: one runs, and all hear its answer. */
  void concurrent() throws Exception {
    Run<Q> run = prepare();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<S>> calls = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Replica server = i % 2 == 0 ? platform.faulted() : platform.sound();
        calls.add(threads.submit(() -> untilDone(server, run)));
      }
      S first = calls.getFirst().get();
      for (Future<S> call : calls) {
        requireSame(first, call.get(), "a call at the same time");
      }
    }
    requireExpected(run, "concurrent calls on two servers");
  }

  private S untilDone(Replica server, Run<Q> run) {
    return Awaitility.await()
        .atMost(SETTLES)
        .pollInterval(LOOK)
        .until(
            () -> {
              Outcome<S> outcome = call(server, run);
              if (outcome instanceof Outcome.Failed<S> failed) {
                assertThat(failed.unknown()).as("%s", failed).isTrue();
              }
              return outcome.response();
            },
            Optional::isPresent)
        .orElseThrow();
  }

  /** Strikes one exchange after the other until there are no more. */
  void swept(Strike strike) {
    int place = 1;
    while (struck(strike, place)) {
      place++;
    }
  }

  /** Strikes the exchange of that place; says whether there was one. */
  boolean struck(Strike strike, int place) {
    Run<Q> run = prepare();
    FaultAt plan = strike.plan(place);
    strike.proxy(platform).plan(plan);
    Outcome<S> first = call(platform.faulted(), run);
    strike.proxy(platform).heal();
    String what = strike + " at exchange " + place + ", first heard: " + first;
    if (first instanceof Outcome.Failed<S> failed) {
      requireHonest(failed, run, what);
    }
    converge(strike.crashes() ? platform.sound() : platform.faulted(), run, first, what);
    requireExpected(run, what);
    return plan.struck();
  }

  private void requireHonest(Outcome.Failed<S> failed, Run<Q> run, String what) {
    assertThat(failed.unknown() || failed.nothingChanged() || failed.again()).as(what).isTrue();
    if (failed.nothingChanged()) {
      assertThat(MongoDocuments.changes(run.before(), platform.documents().counts()))
          .as(what + ": nothing was changed")
          .isEmpty();
    }
  }

  private void converge(Replica server, Run<Q> run, Outcome<S> first, String what) {
    List<Outcome<S>> heard = new ArrayList<>(List.of(first));
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      if (heard.getLast() instanceof Outcome.Failed<S> failed && failed.stillRuns()) {
        platform.clock().advance(LEASE);
      }
      heard.add(call(server, run));
      Optional<S> done = heard.getLast().response();
      if (done.isPresent()) {
        first.response().ifPresent(before -> requireSame(before, done.get(), what));
        return;
      }
    }
    throw new AssertionError(what + ": never done: " + heard);
  }

  // The documents first: to look at what was brought about may itself leave some.
  private void requireExpected(Run<Q> run, String what) {
    eventually(
        what,
        () ->
            assertThat(MongoDocuments.changes(run.before(), platform.documents().counts()))
                .as(what)
                .isEqualTo(expected.documents()));
    eventually(
        what, () -> assertThat(run.ready().effect().get()).as(what).isEqualTo(expected.seen()));
  }

  private void eventually(String what, ThrowingRunnable holds) {
    AtomicInteger looks = new AtomicInteger();
    Awaitility.await(what)
        .atMost(SETTLES)
        .pollInterval(LOOK)
        .untilAsserted(
            () -> {
              if (looks.incrementAndGet() % LOOKS_BEFORE_WAITING == 0) {
                platform.clock().advance(MAIL_AGAIN);
                Actor.wakeThePost(platform.sound());
              }
              holds.run();
            });
  }
}
