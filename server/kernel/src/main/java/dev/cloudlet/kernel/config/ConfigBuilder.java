package dev.cloudlet.kernel.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns given text into values and values into records. A record with a bad part is not built, so
 * each fault is told once.
 */
final class ConfigBuilder {
  private static final int MAX_SHOWN = 100;

  private final ConfigTree tree;
  private final GivenValues given;
  private final SecretText secretText;
  private final List<String> problems;
  private final Redaction redaction = new Redaction();

  ConfigBuilder(ConfigTree tree, GivenValues given, SecretText secretText, List<String> problems) {
    this.tree = tree;
    this.given = given;
    this.secretText = secretText;
    this.problems = problems;
  }

  /** The root record, or null if a part of it has a problem. */
  @Nullable Object build(Class<?> root) {
    return record(root, "");
  }

  /**
   * Problem texts with every secret that was read blanked out, should a constructor's message quote
   * one.
   */
  List<String> withoutSecrets(List<String> texts) {
    return texts.stream().map(redaction::blanked).toList();
  }

  private @Nullable Object record(Class<?> type, String path) {
    RecordComponent[] components = type.getRecordComponents();
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String key = ConfigTree.join(path, components[i].getName());
      Optional<Leaf> leaf = tree.find(key);
      values[i] = leaf.isPresent() ? value(leaf.get()) : record(components[i].getType(), key);
    }
    return Arrays.stream(values).anyMatch(v -> v == null)
        ? null
        : construct(type, components, values, path);
  }

  private @Nullable Object construct(
      Class<?> type, RecordComponent[] components, @Nullable Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException reason) {
        problems.add((path.isEmpty() ? "configuration" : path) + ": " + reason.getMessage());
        return null;
      }
      throw new IllegalStateException(type.getName() + " cannot be built", refused.getCause());
    } catch (ReflectiveOperationException unexpected) {
      throw new IllegalStateException(type.getName() + " cannot be built", unexpected);
    }
  }

  private @Nullable Object value(Leaf leaf) {
    Optional<Given> chosen =
        given.find(leaf.key()).or(() -> leaf.fallback().map(text -> Given.of(text, "default")));
    if (chosen.isEmpty()) {
      if (leaf.shape() == Leaf.Shape.OPTIONAL) {
        return Optional.empty();
      }
      problems.add(
          "%s is required: give --%s=%s or %s"
              .formatted(leaf.key(), leaf.key(), leaf.form().example(), leaf.environmentName()));
      return null;
    }
    return switch (leaf.shape()) {
      case LIST -> list(chosen.get());
      case ONE -> one(leaf, chosen.get());
      case OPTIONAL -> Optional.ofNullable(one(leaf, chosen.get())).map(Optional::of).orElse(null);
    };
  }

  private static List<String> list(Given chosen) {
    return chosen
        .items()
        .orElseGet(() -> Arrays.stream(chosen.text().split(",", -1)).map(String::strip).toList())
        .stream()
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private @Nullable Object one(Leaf leaf, Given chosen) {
    String text = chosen.text();
    try {
      if (chosen.items().isPresent()) {
        throw new IllegalArgumentException("a list was given");
      }
      if (leaf.isSecret()) {
        return secret(text);
      }
      Object value = leaf.form().parse().apply(text);
      checkBounds(leaf, value);
      return value;
    } catch (IllegalArgumentException bad) {
      problems.add(leaf.isSecret() ? badSecret(leaf, chosen, bad) : badValue(leaf, chosen));
      return null;
    }
  }

  private Secret secret(String written) {
    Secret secret = Secret.of(secretText.resolve(written));
    redaction.add(secret);
    return secret;
  }

  private static String badSecret(Leaf leaf, Given chosen, IllegalArgumentException bad) {
    return "%s (%s): %s; expected %s, for example %s"
        .formatted(
            leaf.key(),
            chosen.origin(),
            bad.getMessage(),
            leaf.form().expected(),
            leaf.form().example());
  }

  private static String badValue(Leaf leaf, Given chosen) {
    String limits = leaf.boundsText().isEmpty() ? "" : ", " + leaf.boundsText();
    return "%s = %s (%s) is not valid: expected %s%s, for example %s"
        .formatted(
            leaf.key(),
            shown(chosen.text()),
            chosen.origin(),
            leaf.form().expected(),
            limits,
            leaf.form().example());
  }

  /** What was given, short, on one line and without the user and password of an address. */
  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ").replaceAll("(^|//)[^/@]*@", "$1***@");
    return line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void checkBounds(Leaf leaf, Object value) {
    if (leaf.bounds().isEmpty()) {
      return;
    }
    Bounds bounds = leaf.bounds().get();
    Comparable comparable = (Comparable) value;
    boolean low =
        !bounds.min().isEmpty()
            && comparable.compareTo(leaf.form().parse().apply(bounds.min())) < 0;
    boolean high =
        !bounds.max().isEmpty()
            && comparable.compareTo(leaf.form().parse().apply(bounds.max())) > 0;
    if (low || high) {
      throw new IllegalArgumentException("out of bounds");
    }
  }
}
