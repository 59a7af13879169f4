package dev.cloudlet.kernel.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads a tree of records from flags, environment, YAML and the defaults declared with {@link Key}.
 * Immutable; any thread.
 *
 * <p>Component types: String, int, long, boolean, double, {@link java.time.Duration}, {@link
 * DataSize}, {@link java.nio.file.Path}, {@link java.net.URI}, {@link Secret}, enums, {@code
 * List<String>}, {@code Optional} of any of these but the list, and nested records. A compact
 * constructor may throw IllegalArgumentException to refuse a combination: it is reported with the
 * section.
 *
 * @param <T> the root record
 */
public final class ConfigReader<T extends Record> {
  private final Class<T> root;
  private final ConfigTree tree;

  private ConfigReader(Class<T> root) {
    this.root = Objects.requireNonNull(root, "root");
    this.tree = new ConfigTree(root);
  }

  /**
   * A reader of {@code root}.
   *
   * @throws IllegalArgumentException if the records are declared wrongly, which is a fault of the
   *     program
   */
  public static <T extends Record> ConfigReader<T> of(Class<T> root) {
    return new ConfigReader<>(root);
  }

  /**
   * The configuration, complete and within its bounds.
   *
   * @throws ConfigException with every problem at once: unknown keys with the nearest valid one,
   *     bad values with the expected form and an example, missing keys, refused combinations
   */
  public T read(ConfigSources sources) {
    List<String> problems = new ArrayList<>();
    GivenValues given = new GivenValues(tree, problems).collect(sources);
    ConfigBuilder builder =
        new ConfigBuilder(tree, given, new SecretText(sources.environment()), problems);
    T built = root.cast(builder.build(root));
    if (!problems.isEmpty()) {
      throw new ConfigException(builder.withoutSecrets(problems));
    }
    return Objects.requireNonNull(built, "a tree without problems is complete");
  }

  /**
   * Every key with type, default and meaning, aligned and grouped by section; ends with a line
   * break.
   */
  public String help() {
    return new HelpText(tree).render();
  }

  /** Every key in declaration order. */
  public List<String> keys() {
    return tree.leaves().stream().map(Leaf::key).toList();
  }
}
