package dev.cloudlet.rpc;

import build.buf.validate.FieldRules;
import build.buf.validate.ValidateProto;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import dev.cloudlet.api.common.v1.ErrorBody;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The REST side of the contract as OpenAPI 3.1, made from descriptors, HTTP rules, declared bounds
 * and comments, so that it cannot differ from what is served.
 */
final class OpenApiDocument {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ProtoComments comments = new ProtoComments();
  private final TreeMap<String, ObjectNode> paths = new TreeMap<>();
  private final TreeMap<String, ObjectNode> schemas = new TreeMap<>();
  private final ArrayNode tags = JSON.arrayNode();

  OpenApiDocument(List<ServiceDescriptor> services) {
    for (ServiceDescriptor service : services) {
      boolean any = false;
      for (MethodDescriptor method : service.getMethods()) {
        HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
        if (rule.getPatternCase() != HttpRule.PatternCase.PATTERN_NOT_SET) {
          operation(service, method, rule);
          any = true;
        }
      }
      if (any) {
        tags.addObject()
            .put("name", service.getName())
            .put("description", comments.of(service.getFullName()));
      }
    }
    schema(ErrorBody.getDescriptor());
  }

  /** The document's text. */
  String json() {
    ObjectNode root = JSON.objectNode();
    root.put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", "Cloudlet")
        .put("version", "v1")
        .put(
            "description",
            "One contract for accounts, coins, storage, video and jobs. Every failure has the shape ErrorBody.");
    root.set("tags", tags);
    ObjectNode allPaths = root.putObject("paths");
    paths.forEach(allPaths::set);
    ObjectNode components = root.putObject("components");
    ObjectNode allSchemas = components.putObject("schemas");
    schemas.forEach(allSchemas::set);
    components
        .putObject("securitySchemes")
        .putObject("token")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("bearerFormat", "JWT");
    return root.toString();
  }

  private void operation(ServiceDescriptor service, MethodDescriptor method, HttpRule rule) {
    String verb = rule.getPatternCase().name().toLowerCase(Locale.ROOT);
    String path = path(rule);
    ObjectNode operation = paths.computeIfAbsent(path, key -> JSON.objectNode()).putObject(verb);
    String comment = comments.of(method.getFullName());
    operation.putArray("tags").add(service.getName());
    operation.put("operationId", service.getName() + "_" + method.getName());
    operation.put(
        "summary",
        comment.contains(". ") ? comment.substring(0, comment.indexOf(". ") + 1) : comment);
    operation.put("description", comment);
    if (method.getOptions().getExtension(AccessProto.access) != Access.ACCESS_PUBLIC) {
      operation.putArray("security").addObject().putArray("token");
    }
    Set<String> inPath = new HashSet<>();
    ArrayNode parameters = JSON.arrayNode();
    Matcher matcher = VARIABLE.matcher(path);
    while (matcher.find()) {
      inPath.add(matcher.group(1));
      parameters.add(
          parameter(method.getInputType().findFieldByName(matcher.group(1)), "path")
              .put("required", true));
    }
    if (rule.getBody().equals("*")) {
      operation
          .putObject("requestBody")
          .put("required", true)
          .set("content", content("application/json", bodySchema(method.getInputType(), inPath)));
    } else {
      method.getInputType().getFields().stream()
          .filter(field -> !inPath.contains(field.getName()))
          .forEach(field -> parameters.add(parameter(field, "query")));
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    responses(operation, method);
  }

  private void responses(ObjectNode operation, MethodDescriptor method) {
    ObjectNode responses = operation.putObject("responses");
    String type = method.isServerStreaming() ? "text/event-stream" : "application/json";
    responses
        .putObject("200")
        .put("description", "Done.")
        .set("content", content(type, schema(method.getOutputType())));
    responses
        .putObject("default")
        .put("description", "Refused, failed or unknown.")
        .set("content", content("application/json", schema(ErrorBody.getDescriptor())));
  }

  private static String path(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> rule.getGet();
      case POST -> rule.getPost();
      case PUT -> rule.getPut();
      case PATCH -> rule.getPatch();
      case DELETE -> rule.getDelete();
      case CUSTOM, PATTERN_NOT_SET ->
          throw new IllegalStateException("an HTTP rule without a method: " + rule);
    };
  }

  private ObjectNode parameter(FieldDescriptor field, String in) {
    ObjectNode parameter =
        JSON.objectNode()
            .put("name", in.equals("path") ? field.getName() : field.getJsonName())
            .put("in", in);
    parameter.put("description", comments.of(field.getFullName()));
    parameter.set(
        "schema",
        field.isRepeated()
            ? JSON.objectNode().put("type", "array").set("items", single(field))
            : single(field));
    return parameter;
  }

  private static ObjectNode content(String type, ObjectNode schema) {
    ObjectNode content = JSON.objectNode();
    content.putObject(type).set("schema", schema);
    return content;
  }

  private ObjectNode bodySchema(Descriptor message, Set<String> inPath) {
    return inPath.isEmpty() ? schema(message) : properties(message, inPath);
  }

  private ObjectNode schema(Descriptor message) {
    ObjectNode wellKnown = wellKnown(message.getFullName());
    if (wellKnown != null) {
      return wellKnown;
    }
    String name = message.getFullName().replaceFirst("^cloudlet\\.", "");
    if (!schemas.containsKey(name)) {
      schemas.put(name, JSON.objectNode());
      schemas.put(name, properties(message, Set.of()));
    }
    return JSON.objectNode().put("$ref", "#/components/schemas/" + name);
  }

  private static @org.jspecify.annotations.Nullable ObjectNode wellKnown(String fullName) {
    return switch (fullName) {
      case "google.protobuf.Timestamp" ->
          JSON.objectNode().put("type", "string").put("format", "date-time");
      case "google.protobuf.Duration" ->
          JSON.objectNode()
              .put("type", "string")
              .put("description", "Seconds, such as 3.5s")
              .put("pattern", "^-?[0-9]+(\\.[0-9]+)?s$");
      case "google.protobuf.FieldMask" ->
          JSON.objectNode().put("type", "string").put("description", "Paths with commas between.");
      default -> null;
    };
  }

  private ObjectNode properties(Descriptor message, Set<String> without) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    String comment = comments.of(message.getFullName());
    if (!comment.isEmpty()) {
      schema.put("description", comment);
    }
    ObjectNode properties = schema.putObject("properties");
    for (FieldDescriptor field : message.getFields()) {
      if (!without.contains(field.getName())) {
        properties.set(field.getJsonName(), property(field));
      }
    }
    return schema;
  }

  private ObjectNode property(FieldDescriptor field) {
    ObjectNode property;
    if (field.isMapField()) {
      property =
          JSON.objectNode()
              .put("type", "object")
              .set("additionalProperties", single(field.getMessageType().findFieldByName("value")));
    } else if (field.isRepeated()) {
      property = JSON.objectNode().put("type", "array").set("items", single(field));
    } else {
      property = single(field);
    }
    String comment = comments.of(field.getFullName());
    if (!comment.isEmpty()) {
      property.put("description", comment);
    }
    return property;
  }

  private ObjectNode single(FieldDescriptor field) {
    ObjectNode schema =
        switch (field.getJavaType()) {
          case BOOLEAN -> JSON.objectNode().put("type", "boolean");
          case INT -> JSON.objectNode().put("type", "integer").put("format", "int32");
          case LONG -> JSON.objectNode().put("type", "string").put("format", "int64");
          case FLOAT, DOUBLE -> JSON.objectNode().put("type", "number");
          case STRING -> JSON.objectNode().put("type", "string");
          case BYTE_STRING ->
              JSON.objectNode().put("type", "string").put("contentEncoding", "base64");
          case ENUM -> enumeration(field);
          case MESSAGE -> schema(field.getMessageType());
        };
    bounds(schema, field);
    return schema;
  }

  private static ObjectNode enumeration(FieldDescriptor field) {
    ObjectNode schema = JSON.objectNode().put("type", "string");
    ArrayNode values = schema.putArray("enum");
    field.getEnumType().getValues().stream().map(EnumValueDescriptor::getName).forEach(values::add);
    return schema;
  }

  private static void bounds(ObjectNode schema, FieldDescriptor field) {
    FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
    if (rules.hasString()) {
      if (rules.getString().hasMinLen()) {
        schema.put("minLength", rules.getString().getMinLen());
      }
      if (rules.getString().hasMaxLen()) {
        schema.put("maxLength", rules.getString().getMaxLen());
      }
      if (rules.getString().hasPattern()) {
        schema.put("pattern", rules.getString().getPattern());
      }
      if (rules.getString().getEmail()) {
        schema.put("format", "email");
      }
    }
    if (rules.hasInt32() && rules.getInt32().hasGte()) {
      schema.put("minimum", rules.getInt32().getGte());
    }
    if (rules.hasInt32() && rules.getInt32().hasLte()) {
      schema.put("maximum", rules.getInt32().getLte());
    }
  }
}
