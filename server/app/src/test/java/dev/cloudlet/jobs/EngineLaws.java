package dev.cloudlet.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What must be true of every job at every moment, whatever happens. Told of each step as it is. */
final class EngineLaws {
  private final Set<String> begunAtWorkers = new HashSet<>();
  private final Map<JobId, Settlement> settlements =
      new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
  private final Map<JobId, JobId> successors = new HashMap<>();
  private final Map<JobId, Boolean> accepted = new HashMap<>();

  /** How a job was settled: the money has moved so, and never otherwise. */
  record Settlement(Job.State state, int attempt, String result) {}

  /** A caller was told that the job is kept. */
  void accepted(JobId id) {
    accepted.put(id, true);
  }

  Set<JobId> accepted() {
    return accepted.keySet();
  }

  /** A worker begins an attempt: no two begin under the same number. */
  void begun(Job job) {
    require(
        begunAtWorkers.add(number(job.id(), job.attempt())),
        "attempt " + job.attempt() + " of " + job.id() + " began twice");
  }

  private static String number(JobId id, int attempt) {
    return id.value() + '/' + attempt;
  }

  /** A failed job's work is ordered once more: always as the same job. */
  void orderedAgain(JobId failed, JobId next) {
    JobId first = successors.merge(failed, next, (old, later) -> old);
    require(first.equals(next), failed + " is retried as " + next + " after " + first);
  }

  /** Money moves for the end of a job: again and again, but never in two ways. */
  void settles(Job job) {
    require(job.state().isFinal(), "settled before its end: " + job);
    Settlement now =
        new Settlement(
            job.state(), job.attempt(), job.result().map(EngineLaws::text).orElse("none"));
    Settlement first = settlements.merge(job.id(), now, (old, next) -> old);
    require(first.equals(now), job.id() + " settles as " + now + " after " + first);
    if (job.state() == Job.State.SUCCEEDED) {
      require(
          now.result().equals(number(job.id(), job.attempt())),
          "attempt " + job.attempt() + " is paid for the work of " + now.result());
    }
  }

  Map<JobId, Settlement> settlements() {
    return settlements;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static byte[] result(JobId id, int attempt) {
    return number(id, attempt).getBytes(StandardCharsets.UTF_8);
  }

  /** One write has changed a job. */
  void changed(Job before, Job after) {
    require(
        !before.state().isFinal() || after.state() == before.state(),
        "an end is the end: " + before + " to " + after);
    require(!before.settled() || after.settled(), "settled for good: " + after);
    require(after.revision() >= before.revision(), "revisions grow: " + before + " to " + after);
    require(
        after.revision() > before.revision() || shown(before).equals(shown(after)),
        "a change that shows has its revision: " + before + " to " + after);
    require(
        after.attempt() >= before.attempt()
            || !begunAtWorkers.contains(number(before.id(), before.attempt())),
        "a number that a worker began under is never given again: " + before + " to " + after);
    require(after.attempt() <= after.maxAttempts(), "no more attempts than allowed: " + after);
  }

  /** It was a thread of a server, whose clock has shown {@code now}, that changed a job. */
  void changedBy(Stage.Actor actor, Instant now, Job before, Job after) {
    changed(before, after);
    String attempt = "attempt-" + before.id() + '-';
    if (actor.name.startsWith(attempt)) {
      String number = actor.name.substring(attempt.length(), actor.name.indexOf('#'));
      require(
          before.attempt() == Integer.parseInt(number),
          actor + " changes another attempt: " + before + " to " + after);
    }
    boolean lost = before.lease().isPresent() && !after.lease().equals(before.lease());
    boolean own = before.lease().filter(it -> it.server().value().equals(actor.server)).isPresent();
    if (lost && !own && !after.state().isFinal()) {
      require(
          before.lease().orElseThrow().until().isBefore(now),
          actor + " takes a lease that is not over: " + before + " to " + after);
    }
  }

  private static List<Object> shown(Job job) {
    return List.of(
        job.shownState(),
        job.attempt(),
        job.progress(),
        job.failure(),
        job.costMinor(),
        job.startTime(),
        job.endTime());
  }

  /** Nothing is left to do. */
  void atRest(Stream<Optional<Job>> acceptedJobs, Stream<Job> allJobs) {
    acceptedJobs.forEach(job -> require(job.isPresent(), "an accepted job is gone"));
    allJobs.forEach(
        job -> {
          require(job.settled(), "never settled: " + job);
          require(settlements.containsKey(job.id()), "no money moved for " + job);
        });
  }

  static void require(boolean holds, String law) {
    if (!holds) {
      throw new AssertionError(law);
    }
  }
}
