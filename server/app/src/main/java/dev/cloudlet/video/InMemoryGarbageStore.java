package dev.cloudlet.video;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is to be removed, in memory, for tests. Guarded by its monitor. */
final class InMemoryGarbageStore implements GarbageStore {
  private final Map<GarbageId, Garbage> garbage = new LinkedHashMap<>();

  @Override
  public synchronized void note(Garbage noted) {
    garbage.putIfAbsent(noted.id(), noted);
  }

  @Override
  public synchronized List<Garbage> due(Instant now, int limit) {
    return garbage.values().stream().filter(g -> !g.due().isAfter(now)).limit(limit).toList();
  }

  @Override
  public synchronized void postpone(Garbage g, Instant due) {
    garbage.computeIfPresent(
        g.id(), (id, old) -> new Garbage(id, g.owner(), g.bucket(), g.prefix(), due, g.last()));
  }

  @Override
  public synchronized void done(Garbage gone) {
    garbage.remove(gone.id());
  }
}
