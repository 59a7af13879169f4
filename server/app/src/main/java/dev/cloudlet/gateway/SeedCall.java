package dev.cloudlet.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.Parser;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.rpc.RpcBridge;
import dev.cloudlet.rpc.RpcBridge.Refused;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One rpc of a route, with its compiled expressions. */
final class SeedCall {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 100;
  private static final int DEFAULT_LIMIT = 10;
  private static final int MOST_ITEMS = 1_000;

  private final String name;
  private final String rpc;
  private final Optional<Expression> request;
  private final Optional<Expression> when;
  private final List<String> absentOn;
  private final boolean pages;

  private SeedCall(SeedFile.Call call, String name) {
    this.name = name;
    this.rpc = call.rpc();
    this.request = call.request().map(SeedCall::compile);
    this.when = call.when().map(SeedCall::compile);
    this.absentOn = call.optional().orElse(List.of());
    this.pages = call.pages().orElse(false);
  }

  static SeedCall of(SeedFile.Call call, RpcBridge bridge) {
    if (bridge.find(call.rpc()).isEmpty()) {
      throw new IllegalStateException("a seed route calls an unknown rpc: " + call.rpc());
    }
    String method = call.rpc().substring(call.rpc().indexOf('/') + 1);
    return new SeedCall(call, call.name().orElse(Character.toLowerCase(method.charAt(0)) + method.substring(1)));
  }

  static Expression compile(String text) {
    // The default filter would drop empty lists and objects, which clients of these routes rely on.
    return new Parser(new StringReader(text)).withObjectFilter(". != null").compile();
  }

  /** Calls, and puts the result into {@code results} under the call's name. */
  void perform(ServiceRequestContext ctx, RpcBridge bridge, Map<String, String> headers, ObjectNode input, ObjectNode results) {
    if (when.isPresent() && !isTrue(when.get().apply(input))) {
      results.set(name, NullNode.getInstance());
      return;
    }
    ObjectNode message = message(input);
    try {
      results.set(name, pages ? paged(ctx, bridge, headers, input, message) : read(bridge.unary(ctx, rpc, message.toString(), headers)));
    } catch (Refused refused) {
      if (!absentOn.contains(refused.reason())) {
        throw refused;
      }
      results.set(name, NullNode.getInstance());
    }
  }

  private static boolean isTrue(JsonNode value) {
    return value.asBoolean(false) || value.isTextual() && !value.asText().isEmpty();
  }

  private ObjectNode message(ObjectNode input) {
    ObjectNode message =
        request.map(expression -> expression.apply(input)).orElseGet(JsonNodeFactory.instance::objectNode) instanceof ObjectNode made
            ? made
            : JsonNodeFactory.instance.objectNode();
    JsonNode requestId = input.path("requestId");
    if (requestId.isTextual() && !message.has("requestId")) {
      message.set("requestId", requestId);
    }
    return message;
  }

  /** The page that {@code page} and {@code limit} of the query mean, by following page tokens; bounded at 1,000 items. */
  private ObjectNode paged(ServiceRequestContext ctx, RpcBridge bridge, Map<String, String> headers, ObjectNode input, ObjectNode message) {
    int page = number(input.path("query").path("page"), "page", 1, MOST_ITEMS, 1);
    int limit = number(input.path("query").path("limit"), "limit", 1, PAGE, DEFAULT_LIMIT);
    long wanted = Math.min((long) page * limit, MOST_ITEMS);
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    String token = "";
    do {
      message.put("pageSize", PAGE).put("pageToken", token);
      JsonNode part = read(bridge.unary(ctx, rpc, message.toString(), headers));
      part.properties().stream().filter(member -> member.getValue().isArray()).findFirst().ifPresent(list -> all.addAll((ArrayNode) list.getValue()));
      token = part.path("nextPageToken").asText();
    } while (!token.isEmpty() && all.size() <= wanted && all.size() < MOST_ITEMS);
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode items = result.putArray("items");
    for (int i = (page - 1) * limit; i < Math.min(all.size(), page * limit); i++) {
      items.add(all.get(i));
    }
    boolean more = all.size() > page * limit || !token.isEmpty();
    result
        .putObject("pagination")
        .put("page", page)
        .put("limit", limit)
        .put("total", all.size())
        .put("totalPages", (all.size() + limit - 1) / limit)
        .put("hasNext", more)
        .put("hasPrev", page > 1);
    return result;
  }

  private static int number(JsonNode given, String field, int least, int most, int otherwise) {
    if (given.isMissingNode() || given.asText().isEmpty()) {
      return otherwise;
    }
    String text = given.asText();
    if (text.matches("\\d{1,6}") && Integer.parseInt(text) >= least && Integer.parseInt(text) <= most) {
      return Integer.parseInt(text);
    }
    throw PlatformException.invalidField(field, "int32.gte_lte", field + " must be a whole number from " + least + " to " + most);
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own message is not JSON", e);
    }
  }
}
