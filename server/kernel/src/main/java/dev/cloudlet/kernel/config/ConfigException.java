package dev.cloudlet.kernel.config;

import java.util.List;

/**
 * The configuration cannot be used. Carries every problem found, not only the first; no problem
 * text contains the value of a {@link Secret}, so it may be printed.
 */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super("The configuration has problems:\n  - " + String.join("\n  - ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line per problem, each naming the key and where its value came from. At least one. */
  public List<String> problems() {
    return problems;
  }
}
