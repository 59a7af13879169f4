package dev.cloudlet.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What operators did. Nothing is changed but by {@link #conclude}, once. */
interface OperatorActionStore {
  /** Keeps an action unless its id is known. */
  void add(OperatorAction action);

  /** Keeps what came of an action, unless that is known. */
  void conclude(OperatorActionId id, String outcome);

  /** Actions before {@code before}, or the last ones, the last one first; at most {@code limit}. */
  List<OperatorAction> list(Optional<OperatorActionId> before, int limit);

  /** Removes the actions before that time, and all but about the last {@code most}. */
  void trim(Instant before, int most);
}
