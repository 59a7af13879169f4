package dev.cloudlet.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message as the HTTP rule beside its rpc puts it on the wire.
 *
 * @param method the HTTP method
 * @param path with the query
 * @param body the JSON, if the rule takes one
 */
public record RestForm(String method, String path, Optional<String> body) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)}");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The request that means {@code message}. */
  public static RestForm of(HttpRule rule, Message message) {
    Message.Builder rest = message.toBuilder();
    StringBuilder path = new StringBuilder();
    Matcher variables = VARIABLE.matcher(template(rule));
    while (variables.find()) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(variables.group(1));
      // An empty segment would be another route; no resource is named so.
      String value = message.getField(field).toString();
      variables.appendReplacement(
          path, Matcher.quoteReplacement(encode(value.isEmpty() ? "none" : value)));
      rest.clearField(field);
    }
    variables.appendTail(path);
    JsonNode json = json(rest.build());
    if (!rule.getBody().isEmpty()) {
      return new RestForm(method(rule), path.toString(), Optional.of(json.toString()));
    }
    List<String> query = new ArrayList<>();
    flatten("", json, query);
    if (!query.isEmpty()) {
      path.append('?').append(String.join("&", query));
    }
    return new RestForm(method(rule), path.toString(), Optional.empty());
  }

  /** The names of the fields that stand in the path. */
  public static List<String> variables(HttpRule rule) {
    return VARIABLE.matcher(template(rule)).results().map(found -> found.group(1)).toList();
  }

  /** The path with its variables. */
  public static String template(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> rule.getGet();
      case POST -> rule.getPost();
      case PUT -> rule.getPut();
      case PATCH -> rule.getPatch();
      case DELETE -> rule.getDelete();
      case CUSTOM, PATTERN_NOT_SET -> throw new IllegalArgumentException("no route: " + rule);
    };
  }

  /** The HTTP method. */
  public static String method(HttpRule rule) {
    return rule.getPatternCase().name();
  }

  /** A text as a path segment or a query value. */
  public static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static void flatten(String name, JsonNode node, List<String> query) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              member ->
                  flatten(
                      name.isEmpty() ? member.getKey() : name + "." + member.getKey(),
                      member.getValue(),
                      query));
    } else if (node.isArray()) {
      node.forEach(each -> flatten(name, each, query));
    } else {
      query.add(encode(name) + "=" + encode(node.asText()));
    }
  }

  private static JsonNode json(Message message) {
    try {
      return JSON.readTree(JsonFormat.printer().preservingProtoFieldNames().print(message));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
