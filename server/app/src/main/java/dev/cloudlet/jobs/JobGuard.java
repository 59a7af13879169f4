package dev.cloudlet.jobs;

import dev.cloudlet.capability.ServerId;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * What a job must be for a change to happen; checked by the same write that changes it.
 *
 * @param states one of these
 * @param attempt exactly this attempt
 * @param holder the lease is held by this server
 * @param lease exactly this lease
 * @param settled settled or not
 * @param successor which job does its work once more
 */
record JobGuard(
    Set<Job.State> states,
    Optional<Integer> attempt,
    Optional<ServerId> holder,
    Optional<Job.Lease> lease,
    Optional<Boolean> settled,
    Succession successor) {

  /** What is asked of a job's successor. */
  sealed interface Succession {
    /** Nothing. */
    record Any() implements Succession {}

    /** It has none. */
    record None() implements Succession {}

    /** It is this one. */
    record Of(JobId id) implements Succession {}

    default boolean allows(Optional<Job.Successor> successor) {
      return switch (this) {
        case Any any -> true;
        case None none -> successor.isEmpty();
        case Of of -> successor.filter(named -> named.id().equals(of.id())).isPresent();
      };
    }
  }

  static JobGuard in(Job.State... states) {
    return new JobGuard(
        Set.copyOf(Arrays.asList(states)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new Succession.Any());
  }

  JobGuard attempt(int number) {
    return new JobGuard(states, Optional.of(number), holder, lease, settled, successor);
  }

  JobGuard heldBy(ServerId server) {
    return new JobGuard(states, attempt, Optional.of(server), lease, settled, successor);
  }

  JobGuard lease(Job.Lease exact) {
    return new JobGuard(states, attempt, holder, Optional.of(exact), settled, successor);
  }

  JobGuard unsettled() {
    return new JobGuard(states, attempt, holder, lease, Optional.of(false), successor);
  }

  /** Settled, and with such a successor. */
  JobGuard settledWith(Succession wanted) {
    return new JobGuard(states, attempt, holder, lease, Optional.of(true), wanted);
  }

  /** Whether {@code job} satisfies this; stores of other forms say the same in their own words. */
  boolean allows(Job job) {
    return states.contains(job.state())
        && attempt.map(number -> number == job.attempt()).orElse(true)
        && holder
            .map(server -> job.lease().map(l -> l.server().equals(server)).orElse(false))
            .orElse(true)
        && lease.map(exact -> job.lease().equals(Optional.of(exact))).orElse(true)
        && settled.map(wanted -> wanted == job.settled()).orElse(true)
        && successor.allows(job.successor());
  }
}
