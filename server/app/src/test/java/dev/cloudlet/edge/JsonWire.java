package dev.cloudlet.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Calls over REST, by the HTTP rule that stands beside the rpc. */
final class JsonWire {
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

  private static HttpRequest.Builder request(URI server, HttpRule rule, Message request) {
    RestForm form = RestForm.of(rule, request);
    HttpRequest.Builder http =
        HttpRequest.newBuilder(server.resolve(form.path())).timeout(Duration.ofSeconds(30));
    if (form.body().isEmpty()) {
      return http.method(form.method(), HttpRequest.BodyPublishers.noBody());
    }
    return http.header("content-type", "application/json")
        .method(form.method(), HttpRequest.BodyPublishers.ofString(form.body().get()));
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
