package dev.cloudlet.rpc;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import dev.cloudlet.api.common.v1.ErrorBody;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
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
  private static final String TOKEN = "token";
  private static final String COOKIE = "cookie";
  private static final String REFRESH_TOKEN = "refreshToken";
  private static final String REFRESH_COOKIE = "refreshCookie";
  private static final String ERROR = "Error";

  private final ProtoComments comments = new ProtoComments();
  private final OpenApiSchemas schemas = new OpenApiSchemas(comments);
  private final TreeMap<String, ObjectNode> paths = new TreeMap<>();
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
            "One contract for accounts, coins, storage, video and jobs. Every failure has the shape"
                + " ErrorBody.");
    root.put("jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema");
    // Relative to the document: the server that gave it.
    root.putArray("servers").addObject().put("url", "/").put("description", "This server.");
    root.set("tags", tags);
    ObjectNode allPaths = root.putObject("paths");
    paths.forEach(allPaths::set);
    ObjectNode components = root.putObject("components");
    components.putObject("responses").set(ERROR, error());
    components.set("schemas", schemas.all());
    ObjectNode security = components.putObject("securitySchemes");
    bearer(security.putObject(TOKEN), "The accessToken of a session.");
    cookie(security.putObject(COOKIE), AuthenticationInterceptor.ACCESS_COOKIE);
    bearer(security.putObject(REFRESH_TOKEN), "The refreshToken of a session.");
    cookie(security.putObject(REFRESH_COOKIE), AuthenticationInterceptor.REFRESH_COOKIE);
    return root.toString();
  }

  private static void bearer(ObjectNode scheme, String description) {
    scheme.put("type", "http").put("scheme", "bearer").put("description", description);
  }

  private static void cookie(ObjectNode scheme, String name) {
    scheme
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", name)
        .put(
            "description",
            "HttpOnly cookie of a browser. A change also needs a page of the same origin or the"
                + " header x-cloudlet-request.");
  }

  private ObjectNode error() {
    ObjectNode error =
        JSON.objectNode()
            .put("description", "Refused, failed or unknown; reason says which, and is stable.");
    ObjectNode headers = error.putObject("headers");
    header(headers, RequestIds.HEADER, "The request's id, for the operator's logs.");
    header(headers, "retry-after", "Seconds after which a repetition may succeed.");
    error.set("content", content("application/json", schemas.of(ErrorBody.getDescriptor())));
    return error;
  }

  private static void header(ObjectNode headers, String name, String description) {
    headers
        .putObject(name)
        .put("description", description)
        .putObject("schema")
        .put("type", "string");
  }

  private void operation(ServiceDescriptor service, MethodDescriptor method, HttpRule rule) {
    String verb = rule.getPatternCase().name().toLowerCase(Locale.ROOT);
    String path = path(rule);
    ObjectNode operation = paths.computeIfAbsent(path, key -> JSON.objectNode()).putObject(verb);
    describe(operation, service, method);
    security(operation, method.getOptions().getExtension(AccessProto.access));
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
          .forEach(
              field ->
                  parameters.add(
                      parameter(field, "query").put("required", OpenApiSchemas.isRequired(field))));
    }
    if (method.isServerStreaming()) {
      parameters.add(lastEventId());
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
    responses(operation, method);
  }

  private void describe(ObjectNode operation, ServiceDescriptor service, MethodDescriptor method) {
    String comment = comments.of(method.getFullName());
    operation.putArray("tags").add(service.getName());
    operation.put("operationId", service.getName() + "_" + method.getName());
    operation.put(
        "summary",
        comment.contains(". ") ? comment.substring(0, comment.indexOf(". ") + 1) : comment);
    operation.put("description", comment);
  }

  private static void security(ObjectNode operation, Access access) {
    if (access == Access.ACCESS_PUBLIC) {
      return;
    }
    boolean refresh = access == Access.ACCESS_REFRESH;
    ArrayNode either = operation.putArray("security");
    either.addObject().putArray(refresh ? REFRESH_TOKEN : TOKEN);
    either.addObject().putArray(refresh ? REFRESH_COOKIE : COOKIE);
  }

  private static ObjectNode lastEventId() {
    ObjectNode header =
        JSON.objectNode()
            .put("name", "Last-Event-ID")
            .put("in", "header")
            .put("required", false)
            .put(
                "description",
                "The id of the last event that came; a browser sends it by itself when it connects"
                    + " again.");
    header.putObject("schema").put("type", "string").put("pattern", "^[0-9]{1,18}$");
    return header;
  }

  private void responses(ObjectNode operation, MethodDescriptor method) {
    ObjectNode responses = operation.putObject("responses");
    String type = method.isServerStreaming() ? "text/event-stream" : "application/json";
    responses
        .putObject("200")
        .put("description", method.isServerStreaming() ? "Events; data is this message." : "Done.")
        .set("content", content(type, schemas.of(method.getOutputType())));
    responses.putObject("default").put("$ref", "#/components/responses/" + ERROR);
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
            .put("in", in)
            .put("description", comments.of(field.getFullName()));
    parameter.set("schema", schemas.value(field));
    return parameter;
  }

  private static ObjectNode content(String type, ObjectNode schema) {
    ObjectNode content = JSON.objectNode();
    content.putObject(type).set("schema", schema);
    return content;
  }

  private ObjectNode bodySchema(Descriptor message, Set<String> inPath) {
    return inPath.isEmpty() ? schemas.of(message) : schemas.inline(message, inPath);
  }
}
