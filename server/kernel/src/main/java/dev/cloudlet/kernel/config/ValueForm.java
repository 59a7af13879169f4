package dev.cloudlet.kernel.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How text becomes a value of one type, and how to tell a person what was expected.
 *
 * @param name the type as help prints it
 * @param expected the form in words
 * @param example a valid value
 * @param parse throws IllegalArgumentException if the text has another form
 */
record ValueForm(String name, String expected, String example, Function<String, Object> parse) {
  private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

  /** The form of {@code type}, or empty if a configuration cannot hold such a type. */
  static Optional<ValueForm> of(Class<?> type) {
    if (type.isEnum()) {
      return Optional.of(enumForm(type));
    }
    return Optional.ofNullable(
        switch (type.getName()) {
          case "java.lang.String" -> new ValueForm("text", "text", "hello", text -> text);
          case "int", "java.lang.Integer" ->
              new ValueForm("int", "a whole number", "8080", Integer::valueOf);
          case "long", "java.lang.Long" ->
              new ValueForm("long", "a whole number", "100000", Long::valueOf);
          case "double", "java.lang.Double" ->
              new ValueForm("number", "a decimal number", "0.25", ValueForm::parseNumber);
          case "boolean", "java.lang.Boolean" ->
              new ValueForm("true|false", "true or false", "true", ValueForm::parseBoolean);
          case "java.time.Duration" ->
              new ValueForm(
                  "duration", "a number with ms, s, m, h or d", "90s", ValueForm::parseDuration);
          case "java.nio.file.Path" -> new ValueForm("path", "a file path", "data/files", Path::of);
          case "java.net.URI" ->
              new ValueForm(
                  "uri", "a URI like scheme://host", "redis://127.0.0.1:6379", ValueForm::parseUri);
          default -> ownForm(type);
        });
  }

  private static @Nullable ValueForm ownForm(Class<?> type) {
    if (type == DataSize.class) {
      return new ValueForm(
          "size", "a number with B, KiB, MiB, GiB or TiB", "64MiB", DataSize::parse);
    }
    if (type == Secret.class) {
      return new ValueForm(
          "secret", "text, file:/path or env:NAME", "file:/run/secrets/key", Secret::of);
    }
    return null;
  }

  private static ValueForm enumForm(Class<?> type) {
    Object[] constants = type.getEnumConstants();
    String names =
        Arrays.stream(constants).map(ValueForm::enumName).collect(Collectors.joining("|"));
    return new ValueForm(
        names,
        "one of " + names,
        enumName(constants[0]),
        text ->
            Arrays.stream(constants)
                .filter(
                    constant ->
                        enumName(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such name")));
  }

  private static String enumName(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object parseNumber(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("not finite");
    }
    return value;
  }

  private static Object parseBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static Object parseUri(String text) {
    URI uri = URI.create(text);
    if (!uri.isAbsolute() || uri.isOpaque()) {
      throw new IllegalArgumentException("no scheme://");
    }
    return uri;
  }

  static Duration parseDuration(String text) {
    Matcher matcher = DURATION_PART.matcher(text);
    Duration total = Duration.ZERO;
    int end = 0;
    try {
      while (end < text.length() && matcher.find(end) && matcher.start() == end) {
        total = total.plus(part(Long.parseLong(matcher.group(1)), matcher.group(2)));
        end = matcher.end();
      }
    } catch (ArithmeticException tooLong) {
      throw new IllegalArgumentException("too long", tooLong);
    }
    if (end == 0 || end != text.length()) {
      throw new IllegalArgumentException("not a duration");
    }
    return total;
  }

  private static Duration part(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
