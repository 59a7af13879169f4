package dev.cloudlet.kernel.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flags into keys. A later flag wins over an earlier one. Values and stray words are never quoted
 * in a problem: they may be a secret that slipped out of its place.
 */
final class CommandLine {
  private final ConfigTree tree;
  private final NearestName nearest;
  private final List<String> problems;
  private final Map<String, Given> values = new HashMap<>();
  private Optional<String> configFile = Optional.empty();

  CommandLine(ConfigTree tree, NearestName nearest, List<String> problems) {
    this.tree = tree;
    this.nearest = nearest;
    this.problems = problems;
  }

  Map<String, Given> values() {
    return values;
  }

  /** The value of {@code --config}. */
  Optional<String> configFile() {
    return configFile;
  }

  void parse(List<String> arguments) {
    int at = 0;
    while (at < arguments.size()) {
      String argument = arguments.get(at);
      if (!argument.startsWith("--") || argument.length() == 2) {
        problems.add(
            "argument %d is not an option; options look like --key=value".formatted(at + 1));
        at++;
      } else {
        at +=
            option(
                argument.substring(2),
                at + 1 < arguments.size() ? Optional.of(arguments.get(at + 1)) : Optional.empty());
      }
    }
  }

  /** Returns how many arguments were used: one, or two if the value was the next word. */
  private int option(String option, Optional<String> next) {
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    Optional<String> inline =
        equals < 0 ? Optional.empty() : Optional.of(option.substring(equals + 1));
    if (name.equals("config")) {
      configFile = inline.or(() -> next);
      if (configFile.isEmpty()) {
        problems.add("flag --config needs a file");
      }
      return inline.isPresent() ? 1 : 2;
    }
    Optional<Leaf> known = tree.find(name);
    if (known.isPresent()) {
      return known(known.get(), inline, next);
    }
    if (name.startsWith("no-")) {
      Optional<Leaf> negated = tree.find(name.substring(3)).filter(Leaf::isBoolean);
      if (negated.isPresent() && inline.isEmpty()) {
        values.put(negated.get().key(), Given.of("false", "flag --" + name));
        return 1;
      }
    }
    problems.add("flag --" + name + " is not known" + nearest.flag(name));
    return inline.isEmpty() && next.filter(word -> !word.startsWith("--")).isPresent() ? 2 : 1;
  }

  private int known(Leaf leaf, Optional<String> inline, Optional<String> next) {
    String origin = "flag --" + leaf.key();
    if (inline.isPresent()) {
      values.put(leaf.key(), Given.of(inline.get(), origin));
      return 1;
    }
    if (leaf.isBoolean()) {
      boolean spelled =
          next.filter(word -> word.equals("true") || word.equals("false")).isPresent();
      values.put(leaf.key(), Given.of(spelled ? next.get() : "true", origin));
      return spelled ? 2 : 1;
    }
    if (next.isEmpty() || next.get().startsWith("--")) {
      problems.add(
          "flag --%s needs a value: %s, for example --%s=%s"
              .formatted(leaf.key(), leaf.form().expected(), leaf.key(), leaf.form().example()));
      return 1;
    }
    values.put(leaf.key(), Given.of(next.get(), origin));
    return 2;
  }
}
