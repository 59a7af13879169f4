package dev.cloudlet.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.rpc.RpcBridge;
import dev.cloudlet.rpc.RpcBridge.Refused;
import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One rpc of a route, with its compiled expressions. */
final class SeedCall {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final String rpc;
  private final Optional<Expression> request;
  private final Optional<Expression> when;
  private final Optional<Expression> bearer;
  private final List<String> absentOn;
  private final Optional<Integer> pages;
  private final Optional<Expression> only;
  private final Optional<SeedFile.Check> check;
  private final Optional<Expression> holds;
  private final boolean repeatable;

  SeedCall(SeedFile.Call call, RpcBridge bridge, SeedExpressions expressions) {
    this.name = call.name().orElseGet(() -> resultName(call.rpc()));
    this.rpc = call.rpc();
    this.request = call.request().map(expressions::compile);
    this.when = call.when().map(expressions::compile);
    this.bearer = call.bearer().map(expressions::compile);
    this.absentOn = call.optional().orElse(List.of());
    this.pages = call.pages();
    this.only = call.only().map(expressions::compile);
    this.check = call.check();
    this.holds = call.check().map(SeedFile.Check::holds).map(expressions::compile);
    this.repeatable = bridge.find(rpc).filter(SeedCall::takesRequestId).isPresent();
  }

  private static boolean takesRequestId(MethodDescriptor<?, ?> method) {
    return method.getRequestMarshaller() instanceof MethodDescriptor.PrototypeMarshaller<?> known
        && known.getMessagePrototype() instanceof Message request
        && request.getDescriptorForType().findFieldByName("request_id") != null;
  }

  private static String resultName(String rpc) {
    String method = rpc.substring(rpc.indexOf('/') + 1);
    return Character.toLowerCase(method.charAt(0)) + method.substring(1);
  }

  /** Calls, and puts the result into {@code results} under the call's name. */
  void perform(
      ServiceRequestContext ctx,
      RpcBridge bridge,
      Map<String, String> headers,
      ObjectNode input,
      ObjectNode results) {
    boolean wanted = when.map(expression -> isTrue(expression, input)).orElse(true);
    results.set(name, wanted ? result(ctx, bridge, headers, input) : NullNode.getInstance());
    if (holds.isPresent() && !isTrue(holds.get(), input)) {
      SeedFile.Check broken = check.orElseThrow();
      throw PlatformException.invalidField(broken.field(), "check", broken.message());
    }
  }

  private JsonNode result(
      ServiceRequestContext ctx, RpcBridge bridge, Map<String, String> headers, ObjectNode input) {
    ObjectNode message = message(input);
    Map<String, String> credentials = credentials(headers, input);
    try {
      return pages
          .map(usual -> SeedPages.of(input, usual))
          .<JsonNode>map(
              page ->
                  page.read(
                      message,
                      part -> read(bridge.unary(ctx, rpc, part.toString(), credentials)),
                      item -> only.map(expression -> isTrue(expression, item)).orElse(true)))
          .orElseGet(() -> read(bridge.unary(ctx, rpc, message.toString(), credentials)));
    } catch (Refused refused) {
      if (!absentOn.contains(refused.reason())) {
        throw refused;
      }
      return NullNode.getInstance();
    }
  }

  private Map<String, String> credentials(Map<String, String> headers, ObjectNode input) {
    if (bearer.isEmpty()) {
      return headers;
    }
    Map<String, String> own = new HashMap<>(headers);
    own.put("authorization", "Bearer " + apply(bearer.get(), input).asText());
    return own;
  }

  private static boolean isTrue(Expression expression, JsonNode input) {
    JsonNode value = apply(expression, input);
    return value.isBoolean() ? value.booleanValue() : !value.isNull() && !value.isMissingNode();
  }

  // Only what the caller sent can make the expression of a request fail.
  private static JsonNode apply(Expression expression, JsonNode input) {
    try {
      return expression.apply(input);
    } catch (JsltException e) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_MALFORMED_REQUEST,
          "The request does not have the shape that this route takes.",
          e);
    }
  }

  private ObjectNode message(ObjectNode input) {
    ObjectNode message =
        request.map(expression -> apply(expression, input)).orElseGet(NullNode::getInstance)
                instanceof ObjectNode made
            ? made
            : JsonNodeFactory.instance.objectNode();
    JsonNode requestId = input.path("requestId");
    if (repeatable && requestId.isTextual() && !message.has("requestId")) {
      message.set("requestId", requestId);
    }
    return message;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own message is not JSON", e);
    }
  }
}
