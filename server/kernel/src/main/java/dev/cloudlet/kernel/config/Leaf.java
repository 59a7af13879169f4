package dev.cloudlet.kernel.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One key of the tree.
 *
 * @param key dotted kebab-case path
 * @param fallback the default as text; empty if there is none
 * @param bounds limits to check after parsing
 */
record Leaf(
    String key,
    String section,
    Shape shape,
    ValueForm form,
    Optional<String> fallback,
    Optional<Bounds> bounds,
    String doc) {

  /** How many values a component holds. */
  enum Shape {
    ONE,
    OPTIONAL,
    LIST
  }

  String environmentName() {
    return "CLOUDLET_" + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  boolean isSecret() {
    return form.name().equals("secret");
  }

  boolean isBoolean() {
    return form.name().equals("true|false");
  }

  String typeName() {
    return shape == Shape.LIST ? "list" : form.name();
  }

  /** The limits in words for help and problems, or empty text. */
  String boundsText() {
    return bounds
        .map(
            b ->
                b.min().isEmpty()
                    ? "at most " + b.max()
                    : b.max().isEmpty() ? "at least " + b.min() : b.min() + " to " + b.max())
        .orElse("");
  }
}
