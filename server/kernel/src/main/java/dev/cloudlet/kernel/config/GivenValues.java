package dev.cloudlet.kernel.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the sources give, merged by precedence; names nobody declared become problems. */
final class GivenValues {
  private static final String PREFIX = "CLOUDLET_";
  private static final String CONFIG_FILE = "CLOUDLET_CONFIG";

  private final ConfigTree tree;
  private final NearestName nearest;
  private final List<String> problems;
  private final Map<String, Given> values = new HashMap<>();

  GivenValues(ConfigTree tree, List<String> problems) {
    this.tree = tree;
    this.nearest = new NearestName(tree);
    this.problems = problems;
  }

  Optional<Given> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  GivenValues collect(ConfigSources sources) {
    CommandLine flags = new CommandLine(tree, nearest, problems);
    flags.parse(sources.arguments());
    addFile(flags.configFile(), sources);
    addEnvironment(sources);
    values.putAll(flags.values());
    return this;
  }

  private void addFile(Optional<String> flag, ConfigSources sources) {
    try {
      Optional<Path> named =
          flag.or(() -> Optional.ofNullable(sources.environment().get(CONFIG_FILE))).map(Path::of);
      Optional<Path> file = named.or(() -> sources.defaultFile().filter(Files::exists));
      file.map(path -> YamlFile.read(path, problems)).orElse(Map.of()).forEach(this::addFromFile);
    } catch (InvalidPathException invalid) {
      problems.add("--config is not a file path");
    }
  }

  private void addFromFile(String key, Given given) {
    if (tree.find(key).isPresent()) {
      values.put(key, given);
    } else if (tree.sections().containsKey(key)) {
      problems.add("%s (%s) is a section: its keys go below it".formatted(key, given.origin()));
    } else {
      problems.add("%s (%s) is not known%s".formatted(key, given.origin(), nearest.key(key)));
    }
  }

  private void addEnvironment(ConfigSources sources) {
    Map<String, Leaf> byName =
        tree.leaves().stream()
            .collect(Collectors.toMap(Leaf::environmentName, Function.identity()));
    sources.environment().entrySet().stream()
        .filter(variable -> variable.getKey().startsWith(PREFIX))
        .filter(variable -> !variable.getKey().equals(CONFIG_FILE))
        .filter(variable -> !ServiceLink.is(variable.getKey(), variable.getValue()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(variable -> addVariable(byName, variable, sources.ignoredEnvironment()));
  }

  private void addVariable(
      Map<String, Leaf> byName, Map.Entry<String, String> variable, List<String> ignored) {
    String name = variable.getKey();
    Optional<Leaf> leaf = Optional.ofNullable(byName.get(name));
    if (leaf.isPresent()) {
      values.put(leaf.get().key(), Given.of(variable.getValue(), "environment " + name));
    } else if (ignored.stream().noneMatch(pattern -> matches(pattern, name))) {
      problems.add("environment %s is not known%s".formatted(name, nearest.variable(name)));
    }
  }

  private static boolean matches(String pattern, String name) {
    return pattern.endsWith("*")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }
}
