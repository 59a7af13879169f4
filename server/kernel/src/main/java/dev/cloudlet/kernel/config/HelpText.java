package dev.cloudlet.kernel.config;

import java.util.List;
import java.util.Map;

/** Lays out every key in aligned columns, grouped by section. */
final class HelpText {
  private static final String HEADER =
      """
      Options, strongest first: --key=value (or --key value, --key and --no-key for true|false),
      environment CLOUDLET_KEY (dots and dashes become _), YAML file (--config=FILE), default.
      A secret may be written file:/path or env:NAME.
      """;

  private final ConfigTree tree;

  HelpText(ConfigTree tree) {
    this.tree = tree;
  }

  String render() {
    int keyWidth = width(tree.leaves().stream().map(leaf -> leaf.key()).toList()) + 2;
    int typeWidth = width(tree.leaves().stream().map(Leaf::typeName).toList());
    int defaultWidth = width(tree.leaves().stream().map(HelpText::fallback).toList());
    StringBuilder out = new StringBuilder(HEADER);
    for (Map.Entry<String, String> section : tree.sections().entrySet()) {
      List<Leaf> leaves =
          tree.leaves().stream().filter(l -> l.section().equals(section.getKey())).toList();
      if (leaves.isEmpty()) {
        continue;
      }
      out.append('\n').append(title(section)).append('\n');
      for (Leaf leaf : leaves) {
        out.append("  ").append(pad("--" + leaf.key(), keyWidth));
        out.append("  ").append(pad(leaf.typeName(), typeWidth));
        out.append("  ").append(pad(fallback(leaf), defaultWidth));
        out.append("  ").append(meaning(leaf)).append('\n');
      }
    }
    return out.toString();
  }

  private static String title(Map.Entry<String, String> section) {
    String name = section.getKey().isEmpty() ? "general" : section.getKey();
    return section.getValue().isEmpty() ? name : name + ": " + section.getValue();
  }

  private static String meaning(Leaf leaf) {
    return leaf.boundsText().isEmpty() ? leaf.doc() : leaf.doc() + " (" + leaf.boundsText() + ")";
  }

  private static String fallback(Leaf leaf) {
    return leaf.fallback()
        .map(text -> text.isEmpty() ? "(empty)" : leaf.isSecret() ? "***" : text)
        .orElse(leaf.shape() == Leaf.Shape.OPTIONAL ? "(none)" : "(required)");
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
