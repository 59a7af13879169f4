package dev.cloudlet.rpc;

import build.buf.validate.DoubleRules;
import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.Int64Rules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Messages as JSON Schema 2020-12 in proto JSON's form: 64-bit numbers are texts, declared bounds
 * are the schema's, and patterns are written as ECMA-262 has them instead of RE2.
 */
final class OpenApiSchemas {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern CODE_POINT = Pattern.compile("\\\\x\\{([0-9A-Fa-f]{1,6})}");

  private final ProtoComments comments;
  // One per message of the contract.
  private final TreeMap<String, ObjectNode> schemas = new TreeMap<>();

  OpenApiSchemas(ProtoComments comments) {
    this.comments = comments;
  }

  /** Every message that was asked for so far, by name. */
  ObjectNode all() {
    ObjectNode all = JSON.objectNode();
    schemas.forEach(all::set);
    return all;
  }

  /** The schema of {@code message}, by reference. */
  ObjectNode of(Descriptor message) {
    Optional<ObjectNode> wellKnown = wellKnown(message.getFullName());
    if (wellKnown.isPresent()) {
      return wellKnown.get();
    }
    String name = message.getFullName().replaceFirst("^cloudlet\\.", "");
    if (!schemas.containsKey(name)) {
      schemas.put(name, JSON.objectNode());
      schemas.put(name, inline(message, Set.of()));
    }
    return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static Optional<ObjectNode> wellKnown(String fullName) {
    return Optional.ofNullable(
        switch (fullName) {
          case "google.protobuf.Timestamp" ->
              JSON.objectNode().put("type", "string").put("format", "date-time");
          case "google.protobuf.Duration" ->
              JSON.objectNode()
                  .put("type", "string")
                  .put("description", "Seconds, such as 3.5s")
                  .put("pattern", "^-?[0-9]+(\\.[0-9]+)?s$");
          case "google.protobuf.FieldMask" ->
              JSON.objectNode()
                  .put("type", "string")
                  .put("description", "Paths with commas between.");
          default -> null;
        });
  }

  /** The schema of {@code message} in full, without the named fields. */
  ObjectNode inline(Descriptor message, Set<String> without) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    describe(schema, message.getFullName());
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    for (FieldDescriptor field : message.getFields()) {
      if (!without.contains(field.getName())) {
        properties.set(field.getJsonName(), property(field));
        if (isRequired(field)) {
          required.add(field.getJsonName());
        }
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  private ObjectNode property(FieldDescriptor field) {
    ObjectNode property = value(field);
    describe(property, field.getFullName());
    List<FieldBehavior> behavior = behavior(field);
    if (behavior.contains(FieldBehavior.OUTPUT_ONLY)) {
      property.put("readOnly", true);
    }
    if (behavior.contains(FieldBehavior.INPUT_ONLY)) {
      property.put("writeOnly", true);
    }
    // An identifier is immutable without saying so (AIP-203).
    if (behavior.contains(FieldBehavior.IMMUTABLE) || behavior.contains(FieldBehavior.IDENTIFIER)) {
      property.put("x-immutable", true);
    }
    return property;
  }

  private void describe(ObjectNode schema, String fullName) {
    String comment = comments.of(fullName);
    if (!comment.isEmpty()) {
      schema.put("description", comment);
    }
  }

  /** Whether a message without this field is refused; the contract's test holds it to the rules. */
  static boolean isRequired(FieldDescriptor field) {
    return behavior(field).contains(FieldBehavior.REQUIRED);
  }

  private static List<FieldBehavior> behavior(FieldDescriptor field) {
    return field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior);
  }

  /** The schema of a field's value. */
  ObjectNode value(FieldDescriptor field) {
    FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByName("value");
      return JSON.objectNode()
          .put("type", "object")
          .set("additionalProperties", single(value, rules.getMap().getValues()));
    }
    if (!field.isRepeated()) {
      return single(field, rules);
    }
    RepeatedRules bounds = rules.getRepeated();
    ObjectNode list = JSON.objectNode().put("type", "array");
    list.set("items", single(field, bounds.getItems()));
    if (bounds.hasMinItems()) {
      list.put("minItems", bounds.getMinItems());
    }
    if (bounds.hasMaxItems()) {
      list.put("maxItems", bounds.getMaxItems());
    }
    if (bounds.getUnique()) {
      list.put("uniqueItems", true);
    }
    return list;
  }

  private ObjectNode single(FieldDescriptor field, FieldRules rules) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> JSON.objectNode().put("type", "boolean");
      case INT -> bounded(integer(), rules.getInt32());
      case LONG -> bounded(longText(), rules.getInt64());
      case FLOAT, DOUBLE -> bounded(JSON.objectNode().put("type", "number"), rules.getDouble());
      case STRING -> bounded(JSON.objectNode().put("type", "string"), rules.getString());
      case BYTE_STRING -> JSON.objectNode().put("type", "string").put("contentEncoding", "base64");
      case ENUM -> enumeration(field);
      case MESSAGE -> of(field.getMessageType());
    };
  }

  private static ObjectNode integer() {
    return JSON.objectNode().put("type", "integer").put("format", "int32");
  }

  // Proto JSON writes 64-bit numbers as texts, since a JavaScript number can't hold them.
  private static ObjectNode longText() {
    return JSON.objectNode()
        .put("type", "string")
        .put("format", "int64")
        .put("pattern", "^-?[0-9]{1,19}$");
  }

  private static ObjectNode enumeration(FieldDescriptor field) {
    ObjectNode schema = JSON.objectNode().put("type", "string");
    ArrayNode values = schema.putArray("enum");
    field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).forEach(values::add);
    return schema;
  }

  private static ObjectNode bounded(ObjectNode schema, StringRules rules) {
    if (rules.hasMinLen()) {
      schema.put("minLength", rules.getMinLen());
    }
    if (rules.hasMaxLen()) {
      schema.put("maxLength", rules.getMaxLen());
    }
    if (rules.hasPattern()) {
      schema.put("pattern", ecma(rules.getPattern()));
    }
    if (rules.getEmail()) {
      schema.put("format", "email");
    }
    if (rules.getUri()) {
      schema.put("format", "uri");
    }
    if (rules.getInCount() > 0) {
      rules.getInList().forEach(schema.putArray("enum")::add);
    }
    return schema;
  }

  private static ObjectNode bounded(ObjectNode schema, Int32Rules rules) {
    if (rules.hasGte()) {
      schema.put("minimum", rules.getGte());
    }
    if (rules.hasGt()) {
      schema.put("exclusiveMinimum", rules.getGt());
    }
    if (rules.hasLte()) {
      schema.put("maximum", rules.getLte());
    }
    if (rules.hasLt()) {
      schema.put("exclusiveMaximum", rules.getLt());
    }
    if (rules.getInCount() > 0) {
      rules.getInList().forEach(schema.putArray("enum")::add);
    }
    return schema;
  }

  // JSON Schema has no bounds for a number in a text; these are for readers.
  private static ObjectNode bounded(ObjectNode schema, Int64Rules rules) {
    if (rules.hasGte()) {
      schema.put("x-minimum", Long.toString(rules.getGte()));
      if (rules.getGte() >= 0) {
        schema.put("pattern", "^[0-9]{1,19}$");
      }
    }
    if (rules.hasLte()) {
      schema.put("x-maximum", Long.toString(rules.getLte()));
    }
    return schema;
  }

  private static ObjectNode bounded(ObjectNode schema, DoubleRules rules) {
    if (rules.hasGte()) {
      schema.put("minimum", rules.getGte());
    }
    if (rules.hasLte()) {
      schema.put("maximum", rules.getLte());
    }
    return schema;
  }

  /**
   * The pattern of RE2 as ECMA-262 writes it. The class of control characters, which the contract
   * uses inside brackets only, is spelt out, since tools without the flag u do not know it.
   */
  static String ecma(String re2) {
    return CODE_POINT
        .matcher(re2.replace("\\p{Cc}", "\\x{0}-\\x{1F}\\x{7F}-\\x{9F}"))
        .replaceAll(
            found -> {
              int point = Integer.parseInt(found.group(1), 16);
              String text =
                  point > 0xFFFF
                      ? "\\u{" + Integer.toHexString(point) + "}"
                      : String.format("\\u%04X", point);
              return Matcher.quoteReplacement(text);
            });
  }
}
