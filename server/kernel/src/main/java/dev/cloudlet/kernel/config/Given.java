package dev.cloudlet.kernel.config;

import java.util.List;
import java.util.Optional;

/**
 * A value that somebody gave.
 *
 * @param text as written
 * @param items the elements if it was written as a YAML list
 * @param origin where, for a problem text
 */
record Given(String text, Optional<List<String>> items, String origin) {
  static Given of(String text, String origin) {
    return new Given(text, Optional.empty(), origin);
  }
}
