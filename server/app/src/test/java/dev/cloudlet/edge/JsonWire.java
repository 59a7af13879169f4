package dev.cloudlet.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls over REST, by the HTTP rule that stands beside the rpc. */
final class JsonWire {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)}");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private JsonWire() {}

  /** Whether the rpc has a REST route with one answer. */
  static boolean serves(MethodDescriptor<?, ?> method) {
    return method.getType() == MethodDescriptor.MethodType.UNARY
        && rule(method).getPatternCase() != HttpRule.PatternCase.PATTERN_NOT_SET;
  }

  static <Q extends Message, S extends Message> Answer<S> call(
      URI server, MethodDescriptor<Q, S> method, Q request, Optional<String> token) {
    HttpRequest.Builder http = request(server, rule(method), request);
    token.ifPresent(bearer -> http.header("authorization", "Bearer " + bearer));
    try {
      HttpResponse<String> response = HTTP.send(http.build(), HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? new Answer.Done<>(message(method, response.body()))
          : refusal(JSON.readTree(response.body()).path("error"), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpRule rule(MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
        .getMethodDescriptor()
        .getOptions()
        .getExtension(AnnotationsProto.http);
  }

  private static HttpRequest.Builder request(URI server, HttpRule rule, Message request)
      throws AssertionError {
    String template =
        switch (rule.getPatternCase()) {
          case GET -> rule.getGet();
          case POST -> rule.getPost();
          case PUT -> rule.getPut();
          case PATCH -> rule.getPatch();
          case DELETE -> rule.getDelete();
          case CUSTOM, PATTERN_NOT_SET -> throw new AssertionError("has no route: " + rule);
        };
    Message.Builder rest = request.toBuilder();
    StringBuilder path = new StringBuilder();
    Matcher variables = VARIABLE.matcher(template);
    while (variables.find()) {
      FieldDescriptor field = request.getDescriptorForType().findFieldByName(variables.group(1));
      // An empty segment would be another route; no resource is named so.
      String value = request.getField(field).toString();
      variables.appendReplacement(
          path, Matcher.quoteReplacement(encode(value.isEmpty() ? "none" : value)));
      rest.clearField(field);
    }
    variables.appendTail(path);
    String body = "";
    if (rule.getBody().isEmpty()) {
      path.append(query(rest.build()));
    } else {
      body = json(rest.build());
    }
    HttpRequest.Builder http =
        HttpRequest.newBuilder(server.resolve(path.toString())).timeout(Duration.ofSeconds(30));
    if (body.isEmpty()) {
      return http.method(rule.getPatternCase().name(), HttpRequest.BodyPublishers.noBody());
    }
    return http.header("content-type", "application/json")
        .method(rule.getPatternCase().name(), HttpRequest.BodyPublishers.ofString(body));
  }

  private static String query(Message rest) {
    StringBuilder query = new StringBuilder();
    rest.getAllFields()
        .forEach(
            (field, value) ->
                query
                    .append(query.isEmpty() ? '?' : '&')
                    .append(field.getName())
                    .append('=')
                    .append(encode(value.toString())));
    return query.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String json(Message message) {
    try {
      return JsonFormat.printer().print(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <S extends Message> S message(MethodDescriptor<?, S> method, String body)
      throws IOException {
    var marshaller = (MethodDescriptor.PrototypeMarshaller<S>) method.getResponseMarshaller();
    Message.Builder message =
        Objects.requireNonNull(marshaller.getMessagePrototype()).newBuilderForType();
    JsonFormat.parser().merge(body, message);
    return (S) message.build();
  }

  private static <S> Answer<S> refusal(JsonNode error, String body) {
    if (error.path("code").asText().isEmpty()) {
      throw new AssertionError("not the one shape of a failure: " + body);
    }
    List<String> fields = new ArrayList<>();
    error.path("violations").forEach(each -> fields.add(each.path("field").asText()));
    Map<String, String> metadata = new TreeMap<>();
    error
        .path("metadata")
        .properties()
        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
    return new Answer.Refused<>(
        Status.Code.valueOf(error.path("code").asText()),
        error.path("reason").asText(),
        error.path("message").asText(),
        fields,
        metadata);
  }
}
