package dev.cloudlet.jobs;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Settings in memory, for tests. As many as there are kinds. */
final class InMemoryLaneStore implements LaneStore {
  private final Map<String, LaneSetting> settings = new ConcurrentHashMap<>();

  @Override
  public void put(LaneSetting setting) {
    settings.put(setting.id(), setting);
  }

  @Override
  public Optional<LaneSetting> find(String kind) {
    return Optional.ofNullable(settings.get(kind));
  }
}
