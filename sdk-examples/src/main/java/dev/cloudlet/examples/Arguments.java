package dev.cloudlet.examples;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Arguments of the form {@code --name=value}. */
record Arguments(Map<String, String> values) {
  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if there is one that is not known
   */
  static Arguments read(String[] args, Set<String> known) {
    Map<String, String> values = new TreeMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      String name = equals < 0 ? arg : arg.substring(0, equals);
      if (equals < 0 || !name.startsWith("--") || !known.contains(name.substring(2))) {
        throw new IllegalArgumentException(
            "'"
                + arg
                + "' is not an argument; these are: --"
                + String.join("=..., --", known)
                + "=...");
      }
      values.put(name.substring(2), arg.substring(equals + 1));
    }
    return new Arguments(values);
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }

  /** Where the server is: the argument, the environment, or this machine. */
  String server() {
    return find("server")
        .or(() -> Optional.ofNullable(System.getenv("CLOUDLET_URL")))
        .orElse("http://127.0.0.1:8080");
  }

  /** A setting that must be in the environment. */
  static String environment(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(() -> new IllegalArgumentException("Set " + name + " in the environment."));
  }
}
