package dev.cloudlet.rpc;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Offers every server stream that has an HTTP rule as server-sent events (WHATWG HTML, section
 * 9.2), which transcoding cannot. Each message is one event with its resume token as id, or its
 * revision if it has none, so that a browser's own reconnect goes on where it broke; the stream
 * ends with an event {@code end}, or {@code error} with the usual error body and the time after
 * which to connect again.
 */
final class SseRoutes {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
  // What an event's id looks like: whatever else a client sends as the last one is not looked at.
  private static final Pattern RESUME_TOKEN =
      Pattern.compile("\\d{1,18}([.]\\d{1,18}[.]\\w{1,64})?");
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final RpcBridge bridge;

  SseRoutes(RpcBridge bridge) {
    this.bridge = bridge;
  }

  /** Adds a route for each server stream of {@code service}. */
  void add(ServerBuilder server, ServiceDescriptor service) {
    for (MethodDescriptor method : service.getMethods()) {
      HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
      if (method.isServerStreaming() && !rule.getGet().isEmpty()) {
        List<String> variables = new ArrayList<>();
        Matcher matcher = VARIABLE.matcher(rule.getGet());
        StringBuilder regex = new StringBuilder("^");
        int end = 0;
        while (matcher.find()) {
          regex
              .append(Pattern.quote(rule.getGet().substring(end, matcher.start())))
              .append("(?<v")
              .append(variables.size())
              .append(">[^/]+)");
          variables.add(matcher.group(1));
          end = matcher.end();
        }
        regex.append(Pattern.quote(rule.getGet().substring(end))).append('$');
        String fullName = service.getFullName() + "/" + method.getName();
        server.service(
            Route.builder().methods(HttpMethod.GET).regex(regex.toString()).build(),
            new Stream(fullName, rule.getGet(), variables));
      }
    }
  }

  private final class Stream implements HttpService {
    private final String fullName;
    private final String route;
    private final List<String> variables;

    Stream(String fullName, String route, List<String> variables) {
      this.fullName = fullName;
      this.route = route;
      this.variables = variables;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
      ctx.setAttr(HttpLog.ROUTE, route);
      Message message = message(ctx, request);
      ctx.clearRequestTimeout();
      HttpResponseWriter response = HttpResponse.streaming();
      Events events = new Events(ctx, response);
      RpcBridge.Running running =
          bridge.call(ctx, fullName, message, EdgeHeaders.metadata(request.headers()), events);
      events.started(running);
      return response;
    }

    private static void goOnAfter(Message prototype, ObjectNode json, String lastEvent) {
      for (String name : List.of("after_revision", "resume_token")) {
        FieldDescriptor field = prototype.getDescriptorForType().findFieldByName(name);
        if (field != null && (field.getJavaType() == JavaType.STRING || !lastEvent.contains("."))) {
          json.remove(field.getJsonName());
          json.put(field.getName(), lastEvent);
        }
      }
    }

    private Message message(ServiceRequestContext ctx, HttpRequest request) {
      Message prototype = bridge.prototype(fullName);
      RestRequests.checkQuery(
          prototype.getDescriptorForType(), Set.copyOf(variables), ctx.queryParams());
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      ctx.queryParams().forEach((name, value) -> json.put(name, value));
      String lastEvent = request.headers().get("last-event-id");
      if (lastEvent != null && RESUME_TOKEN.matcher(lastEvent).matches()) {
        goOnAfter(prototype, json, lastEvent);
      }
      for (int i = 0; i < variables.size(); i++) {
        String variable = variables.get(i);
        json.put(variable, String.valueOf(ctx.pathParam("v" + i)));
      }
      return ContractJson.parse(json.toString(), prototype);
    }
  }

  private static final class Events implements RpcBridge.Receiver {
    private final ServiceRequestContext ctx;
    private final HttpResponseWriter response;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean writable = true;
    private volatile RpcBridge.@Nullable Running running;
    private final ScheduledFuture<?> heartbeat;

    Events(ServiceRequestContext ctx, HttpResponseWriter response) {
      this.ctx = ctx;
      this.response = response;
      this.heartbeat =
          ctx.eventLoop()
              .scheduleAtFixedRate(
                  this::beat, HEARTBEAT.toSeconds(), HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
    }

    void started(RpcBridge.Running call) {
      running = call;
      response
          .whenComplete()
          .whenComplete(
              (done, failure) -> {
                heartbeat.cancel(false);
                if (failure != null) {
                  call.cancel();
                }
              });
    }

    private void beat() {
      if (begun.get()
          && response.isOpen()
          && !response.tryWrite(HttpData.ofUtf8(": still here\n\n"))) {
        heartbeat.cancel(false);
      }
    }

    // At once, though the first message may be minutes away: the client sees that it is connected,
    // and heart-beats keep proxies from hanging up.
    @Override
    public void onAccepted() {
      begin();
    }

    @Override
    public synchronized void onMessage(Message message) {
      begin();
      String id =
          token(message)
              .or(() -> revision(message).map(String::valueOf))
              .map(text -> "id: " + text + "\n")
              .orElse("");
      write(id + "data: " + ContractJson.print(message) + "\n\n");
    }

    @Override
    public synchronized void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        begin();
        write("event: end\ndata: {}\n\n");
        response.close();
        return;
      }
      com.google.rpc.Status details = StatusProto.fromStatusAndTrailers(status, trailers);
      var body = ErrorResponses.body(details, RequestIds.of(ctx));
      if (begun.compareAndSet(false, true)) {
        response.write(ErrorResponses.headers(body).build());
        response.write(HttpData.ofUtf8(ContractJson.print(body)));
      } else {
        long retry = body.getError().getRetryAfterMs();
        write(
            (retry > 0 ? "retry: " + retry + "\n" : "")
                + "event: error\ndata: "
                + ContractJson.print(body)
                + "\n\n");
      }
      response.close();
    }

    private synchronized void begin() {
      if (begun.compareAndSet(false, true)) {
        response.write(
            ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.EVENT_STREAM)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-accel-buffering", "no")
                .build());
      }
    }

    private void write(String event) {
      writable = false;
      if (response.tryWrite(HttpData.ofUtf8(event))) {
        response
            .whenConsumed()
            .thenRun(
                () -> {
                  writable = true;
                  RpcBridge.Running call = running;
                  if (call != null) {
                    call.becameReady();
                  }
                });
      }
    }

    @Override
    public BooleanSupplier ready() {
      return () -> writable;
    }

    private static Optional<String> token(Message message) {
      return Optional.ofNullable(message.getDescriptorForType().findFieldByName("resume_token"))
          .map(field -> (String) message.getField(field))
          .filter(RESUME_TOKEN.asMatchPredicate());
    }

    /** The revision of the thing that the message carries. */
    private static Optional<Long> revision(Message message) {
      for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
        if (field.getJavaType() == JavaType.MESSAGE
            && !field.isRepeated()
            && message.hasField(field)) {
          FieldDescriptor revision = field.getMessageType().findFieldByName("revision");
          if (revision != null) {
            return Optional.of((Long) ((Message) message.getField(field)).getField(revision));
          }
        }
      }
      return Optional.empty();
    }
  }
}
