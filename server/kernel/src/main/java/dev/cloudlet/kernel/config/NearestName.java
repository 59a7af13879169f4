package dev.cloudlet.kernel.config;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Finds the valid name that a mistyped one most likely meant; the suggestion is empty text if
 * nothing is close.
 */
final class NearestName {
  private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

  private final ConfigTree tree;

  NearestName(ConfigTree tree) {
    this.tree = tree;
  }

  String key(String wrong) {
    return text("", wrong);
  }

  String flag(String wrong) {
    return text("--", wrong);
  }

  String variable(String wrong) {
    return nearest(wrong.substring("CLOUDLET_".length()).toLowerCase(Locale.ROOT).replace('_', '.'))
        .map(leaf -> "; did you mean " + leaf.environmentName() + "?")
        .orElse("");
  }

  private String text(String prefix, String wrong) {
    return nearest(wrong).map(leaf -> "; did you mean " + prefix + leaf.key() + "?").orElse("");
  }

  private Optional<Leaf> nearest(String wrong) {
    String plain = plain(wrong);
    return tree.leaves().stream()
        .min(Comparator.comparingInt(leaf -> DISTANCE.apply(plain(leaf.key()), plain)))
        .filter(
            leaf -> DISTANCE.apply(plain(leaf.key()), plain) <= Math.max(2, plain.length() / 2));
  }

  private static String plain(String name) {
    return name.length() > 200 ? name.substring(0, 200) : name.replace('-', '.').replace('_', '.');
  }
}
