package dev.cloudlet.video;

import java.time.Instant;
import java.util.List;

/** Keeps what is to be removed; small, because it is worked off all the time. */
interface GarbageStore {
  /** Notes it unless it is noted. */
  void note(Garbage garbage);

  /** What is due at {@code now}. */
  List<Garbage> due(Instant now, int limit);

  /** Looks at it again later. */
  void postpone(Garbage garbage, Instant due);

  /** Forgets it. */
  void done(Garbage garbage);
}
