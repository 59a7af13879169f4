package dev.cloudlet.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.PlatformException.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The members that a route reads, and what each must be. Only these reach an expression, in one
 * form whatever the client wrote, so that neither an operator object in place of a text nor a
 * member of another name gets anywhere.
 *
 * <p>A declaration is a kind, with {@code *} at the end if the member must be there: {@code text};
 * {@code code} (six digits as text or number, comes out as text); {@code whole} (a whole number as
 * number or text); {@code coins} (an amount in rupees with at most two decimals, as number or text,
 * comes out in minor units); {@code flag}; {@code any}; or the allowed texts with {@code |} between
 * them.
 */
final class SeedFields {
  private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,15}(\\.\\d{1,6})?");
  private static final int MOST_DIGITS = 15;
  private static final int MOST_DECIMALS = 6;

  private final Map<String, Field> fields = new LinkedHashMap<>();

  private record Field(Kind kind, boolean required, List<String> choices) {}

  private enum Kind {
    TEXT("be text"),
    CODE("be six digits"),
    WHOLE("be a whole number"),
    COINS("be a number with at most two decimals"),
    FLAG("be true or false"),
    CHOICE("be one of "),
    ANY("be there");

    private final String rule;

    Kind(String rule) {
      this.rule = rule;
    }
  }

  /**
   * The fields that a route takes.
   *
   * @param declared kinds by name
   * @param paged whether the number of a page and its size are read as well
   */
  SeedFields(Map<String, String> declared, boolean paged) {
    declared.forEach((name, declaration) -> fields.put(name, field(name, declaration)));
    if (paged) {
      fields.put("page", new Field(Kind.WHOLE, false, List.of()));
      fields.put("limit", new Field(Kind.WHOLE, false, List.of()));
    }
  }

  private static Field field(String name, String declaration) {
    boolean required = declaration.endsWith("*");
    String kind = required ? declaration.substring(0, declaration.length() - 1) : declaration;
    if (kind.contains("|")) {
      return new Field(Kind.CHOICE, required, List.of(kind.split("\\|", -1)));
    }
    try {
      return new Field(Kind.valueOf(kind.toUpperCase(Locale.ROOT)), required, List.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the member " + name + " has no such kind: " + kind, e);
    }
  }

  /**
   * The declared members of {@code given}; one that is null or an empty text counts as absent.
   *
   * @throws PlatformException INVALID_FIELD that names every member that is missing or of another
   *     kind
   */
  ObjectNode read(JsonNode given) {
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    List<Violation> violations = new ArrayList<>();
    fields.forEach(
        (name, field) -> {
          JsonNode value = given.path(name);
          boolean absent =
              value.isMissingNode()
                  || value.isNull()
                  || (value.isTextual() && value.textValue().isEmpty());
          if (!absent) {
            read(field, value)
                .ifPresentOrElse(
                    found -> read.set(name, found), () -> violations.add(wrong(name, field)));
          } else if (field.required()) {
            violations.add(new Violation(name, "required", name + " is missing"));
          }
        });
    if (!violations.isEmpty()) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_INVALID_FIELD,
              String.join("; ", violations.stream().map(Violation::message).toList()))
          .violations(violations);
    }
    return read;
  }

  private static Violation wrong(String name, Field field) {
    String choices = String.join(", ", field.choices());
    return new Violation(name, "kind", name + " must " + field.kind().rule + choices);
  }

  private static Optional<JsonNode> read(Field field, JsonNode value) {
    return switch (field.kind()) {
      case TEXT -> Optional.of(value).filter(JsonNode::isTextual);
      case CHOICE ->
          Optional.of(value)
              .filter(text -> text.isTextual() && field.choices().contains(text.textValue()));
      case CODE -> code(value);
      case WHOLE -> decimal(value).flatMap(number -> scaled(number, 0));
      case COINS -> decimal(value).flatMap(number -> scaled(number, 2));
      case FLAG -> flag(value);
      case ANY -> Optional.of(value);
    };
  }

  // A number has lost the zeros that the code began with.
  private static Optional<JsonNode> code(JsonNode value) {
    if (value.isTextual()) {
      return Optional.of(value);
    }
    return decimal(value)
        .flatMap(number -> scaled(number, 0))
        .map(JsonNode::longValue)
        .filter(number -> number >= 0 && number <= 999_999)
        .map(number -> TextNode.valueOf(String.format(Locale.ROOT, "%06d", number)));
  }

  private static Optional<JsonNode> flag(JsonNode value) {
    if (value.isBoolean()) {
      return Optional.of(value);
    }
    return Optional.of(value.asText())
        .filter(text -> value.isTextual() && (text.equals("true") || text.equals("false")))
        .map(text -> BooleanNode.valueOf(text.equals("true")));
  }

  // The bounds come before any arithmetic: a few characters can stand for a billion digits.
  private static Optional<BigDecimal> decimal(JsonNode value) {
    if (value.isTextual()) {
      return Optional.of(value.textValue())
          .filter(text -> DECIMAL.matcher(text).matches())
          .map(BigDecimal::new);
    }
    return Optional.of(value)
        .filter(JsonNode::isNumber)
        .map(JsonNode::decimalValue)
        .filter(
            number ->
                (long) number.precision() - number.scale() <= MOST_DIGITS
                    && number.scale() <= MOST_DECIMALS);
  }

  private static Optional<JsonNode> scaled(BigDecimal number, int decimals) {
    try {
      return Optional.of(LongNode.valueOf(number.movePointRight(decimals).longValueExact()));
    } catch (ArithmeticException e) {
      // It has more decimals than it may.
      return Optional.empty();
    }
  }
}
