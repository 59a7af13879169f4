package dev.cloudlet.jobs;

import java.util.Optional;

/**
 * What the operator wants of each kind; what nobody set is active. Each method is one operation.
 */
interface LaneStore {
  /** Keeps the setting of a kind. */
  void put(LaneSetting setting);

  /** The setting of a kind, if there ever was one. */
  Optional<LaneSetting> find(String kind);

  /** Whether the kind is set so. */
  default boolean is(String kind, LaneSetting.Mode mode) {
    return find(kind).map(setting -> setting.mode() == mode).orElse(false);
  }
}
