package dev.cloudlet.kernel.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where values come from, in rising precedence: the declared defaults, the YAML file, the
 * environment, the flags.
 *
 * @param arguments the command line: {@code --http.port=8080}, {@code --http.port 8080}, {@code
 *     --inbox.enabled}, {@code --no-inbox.enabled}; {@code --config=FILE} (or {@code
 *     CLOUDLET_CONFIG}) names a YAML file that must exist
 * @param environment all environment variables; only those starting with {@code CLOUDLET_} are
 *     looked at, apart from {@code env:NAME} in a secret
 * @param defaultFile the YAML file read, if it exists, when none was named
 * @param ignoredEnvironment patterns of {@code CLOUDLET_} variables that are not keys; a trailing
 *     {@code *} matches any end
 */
public record ConfigSources(
    List<String> arguments,
    Map<String, String> environment,
    Optional<Path> defaultFile,
    List<String> ignoredEnvironment) {

  /** Copies the lists, so that a later change to them is not seen. */
  public ConfigSources {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(defaultFile, "defaultFile");
    ignoredEnvironment = List.copyOf(ignoredEnvironment);
  }

  /** Flags and environment only. */
  public static ConfigSources of(List<String> arguments, Map<String, String> environment) {
    return new ConfigSources(arguments, environment, Optional.empty(), List.of());
  }

  /** Whether the command line asks for {@code --help} or {@code -h}; ask before reading. */
  public boolean wantsHelp() {
    return arguments.contains("--help") || arguments.contains("-h");
  }
}
