package dev.cloudlet.kernel.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys that a tree of records declares, in declaration order. A wrong declaration fails here,
 * at start.
 */
final class ConfigTree {
  private final Map<String, Leaf> leaves = new LinkedHashMap<>();
  private final Map<String, String> sections = new LinkedHashMap<>();

  ConfigTree(Class<? extends Record> root) {
    visit(root, "");
    Set<String> names = new HashSet<>();
    for (Leaf leaf : leaves.values()) {
      if (!names.add(leaf.environmentName())) {
        throw new IllegalArgumentException("two keys share the variable " + leaf.environmentName());
      }
    }
  }

  Collection<Leaf> leaves() {
    return leaves.values();
  }

  Optional<Leaf> find(String key) {
    return Optional.ofNullable(leaves.get(key));
  }

  /** Section path to its description, possibly empty; the root is the empty path. */
  Map<String, String> sections() {
    return sections;
  }

  static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }

  static String join(String section, String name) {
    return section.isEmpty() ? kebab(name) : section + "." + kebab(name);
  }

  private void visit(Class<?> type, String path) {
    sections.putIfAbsent(path, "");
    for (RecordComponent component : type.getRecordComponents()) {
      String key = join(path, component.getName());
      if (component.getType().isRecord() && component.getType() != DataSize.class) {
        Key section = component.getAnnotation(Key.class);
        sections.put(key, section == null ? "" : section.doc());
        visit(component.getType(), key);
      } else {
        leaves.put(key, leaf(key, path, component));
      }
    }
  }

  private static Leaf leaf(String key, String section, RecordComponent component) {
    Key declared = component.getAnnotation(Key.class);
    if (declared == null) {
      throw new IllegalArgumentException(key + " has no @Key");
    }
    Leaf.Shape shape = shape(component.getType());
    Class<?> type =
        shape == Leaf.Shape.ONE ? component.getType() : argument(key, component.getGenericType());
    if (shape == Leaf.Shape.LIST && type != String.class) {
      throw new IllegalArgumentException(key + ": only lists of text are supported");
    }
    ValueForm form =
        ValueForm.of(type)
            .orElseThrow(
                () -> new IllegalArgumentException(key + ": unsupported type " + type.getName()));
    Optional<String> fallback =
        declared.value().equals(Key.NONE) ? Optional.empty() : Optional.of(declared.value());
    Optional<Bounds> bounds = Optional.ofNullable(component.getAnnotation(Bounds.class));
    Leaf leaf = new Leaf(key, section, shape, form, fallback, bounds, declared.doc());
    checkDeclaration(leaf);
    return leaf;
  }

  /** A default or limit that its own type cannot read is a fault of the program, found at start. */
  private static void checkDeclaration(Leaf leaf) {
    Stream<String> declared =
        Stream.of(
                leaf.bounds().map(Bounds::min),
                leaf.bounds().map(Bounds::max),
                leaf.fallback().filter(text -> leaf.shape() != Leaf.Shape.LIST))
            .flatMap(Optional::stream);
    try {
      for (String text : declared.toList()) {
        if (!text.isEmpty() || leaf.fallback().equals(Optional.of(text))) {
          Objects.requireNonNull(leaf.form().parse().apply(text));
        }
      }
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(leaf.key() + ": wrong default or limit", wrong);
    }
  }

  private static Leaf.Shape shape(Class<?> type) {
    if (type == Optional.class) {
      return Leaf.Shape.OPTIONAL;
    }
    return type == List.class ? Leaf.Shape.LIST : Leaf.Shape.ONE;
  }

  private static Class<?> argument(String key, Type generic) {
    if (generic instanceof ParameterizedType parameterized
        && parameterized.getActualTypeArguments()[0] instanceof Class<?> type) {
      return type;
    }
    throw new IllegalArgumentException(key + ": the type argument must be a plain class");
  }
}
