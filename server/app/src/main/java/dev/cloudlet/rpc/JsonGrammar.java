package dev.cloudlet.rpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * What proto JSON must be before the parser of protobuf reads it, whose own reader is lenient: it
 * takes comments, bare words, two members of one name, a list of one text for a text, and whatever
 * stands behind the message. Another reader of the same bytes may understand each of them in
 * another way.
 */
final class JsonGrammar {
  /** Objects and lists within each other, more than any message of the contract has. */
  private static final int DEEPEST = 64;

  private static final int LONGEST_NUMBER = 100;
  private static final int MOST_DIGITS = 20;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonGrammar() {}

  /**
   * The text of these bytes, which are one JSON object in UTF-8, with lists only where {@code type}
   * has them.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException MALFORMED_REQUEST
   */
  static String check(byte[] json, Descriptor type) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      check(text, type);
      return text;
    } catch (CharacterCodingException e) {
      throw ContractJson.malformed("The body is not UTF-8.", e);
    }
  }

  private static void check(String json, Descriptor type) {
    try (JsonParser tokens = FACTORY.createParser(json)) {
      if (tokens.nextToken() != JsonToken.START_OBJECT) {
        throw ContractJson.malformed("The body must be a JSON object.", null);
      }
      members(tokens, type);
      if (tokens.nextToken() != null) {
        throw ContractJson.malformed("Something stands behind the body's JSON object.", null);
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw ContractJson.malformed("The body is not JSON" + where + ".", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void members(JsonParser tokens, Descriptor type) throws IOException {
    while (tokens.nextToken() == JsonToken.FIELD_NAME) {
      Optional<FieldDescriptor> field = field(type, tokens.currentName());
      JsonToken value = tokens.nextToken();
      if (field.isPresent() && isTimestamp(field.get())) {
        timestamp(tokens, field.get());
      } else if (field.isEmpty() || !isOurs(field.get())) {
        // The parser says that there is no such field, or knows the form of that type.
        tokens.skipChildren();
      } else if (value == JsonToken.START_ARRAY && field.get().isRepeated()) {
        while (tokens.nextToken() != JsonToken.END_ARRAY) {
          value(tokens, field.get());
        }
      } else {
        value(tokens, field.get());
      }
    }
  }

  private static void value(JsonParser tokens, FieldDescriptor field) throws IOException {
    if (tokens.currentToken() == JsonToken.START_ARRAY) {
      throw ContractJson.malformed(field.getJsonName() + " takes no list here.", null);
    }
    if (tokens.currentToken() == JsonToken.VALUE_NUMBER_FLOAT && isWhole(field)) {
      whole(tokens.getText(), field);
    }
    boolean object = tokens.currentToken() == JsonToken.START_OBJECT;
    if (object && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
      members(tokens, field.getMessageType());
    } else {
      tokens.skipChildren();
    }
  }

  // What reads the body of a route first makes a binary fraction of it, and of that a whole number.
  private static void whole(String number, FieldDescriptor field) {
    BigDecimal exact = new BigDecimal(number).stripTrailingZeros();
    if (exact.scale() > 0 || (long) exact.precision() - exact.scale() > MOST_DIGITS) {
      throw ContractJson.malformed(field.getJsonName() + " takes a whole number.", null);
    }
  }

  private static boolean isWhole(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.INT
        || field.getJavaType() == FieldDescriptor.JavaType.LONG;
  }

  private static boolean isTimestamp(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && field.getMessageType().getFullName().equals(Timestamp.getDescriptor().getFullName());
  }

  // The parser would make the first of March of the 29th of February.
  private static void timestamp(JsonParser tokens, FieldDescriptor field) throws IOException {
    if (tokens.currentToken() == JsonToken.VALUE_STRING) {
      try {
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(tokens.getText());
      } catch (DateTimeParseException e) {
        throw ContractJson.malformed(
            field.getJsonName() + " takes a time such as 2026-01-31T08:00:00Z.", e);
      }
    }
    tokens.skipChildren();
  }

  /** Whether nothing of it has a JSON form of its own, such as {@code ListValue}. */
  private static boolean isOurs(FieldDescriptor field) {
    return field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
        || !field.getMessageType().getFullName().startsWith("google.protobuf.");
  }

  private static Optional<FieldDescriptor> field(Descriptor type, String name) {
    return type.getFields().stream()
        .filter(each -> each.getJsonName().equals(name) || each.getName().equals(name))
        .findFirst();
  }
}
