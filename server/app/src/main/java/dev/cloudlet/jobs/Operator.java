package dev.cloudlet.jobs;

import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who asks for a change of the queues in one call, and why. Nothing is changed before it is written
 * down; what came of it is written afterwards, unless nobody knows.
 */
record Operator(AccountId account, String note, IdSource ids) {
  /** Where the change is. */
  record Target(OperatorAction.What what, String kind, Optional<JobId> job) {}

  <T> T does(
      OperatorActionStore store,
      InstantSource clock,
      Target target,
      Supplier<T> change,
      Function<T, String> outcome) {
    OperatorActionId id = new OperatorActionId(ids.next(OperatorActionId.PREFIX));
    store.add(
        new OperatorAction(
            id,
            clock.instant(),
            account,
            target.what(),
            target.kind(),
            target.job(),
            note,
            Optional.empty()));
    T done;
    try {
      done = change.get();
    } catch (OutcomeUnknownException | UnavailableException unknown) {
      throw unknown;
    } catch (PlatformException refused) {
      store.conclude(id, "refused: " + ErrorReasons.wireName(refused.reason()));
      throw refused;
    }
    store.conclude(id, outcome.apply(done));
    return done;
  }
}
