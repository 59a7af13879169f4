package dev.cloudlet.sdk.internal;

import com.google.protobuf.Message;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.ConnectOptions;
import dev.cloudlet.sdk.TimeSource;
import dev.cloudlet.sdk.UnauthenticatedException;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Makes calls of one identity over a connection that several identities may share. */
public final class Caller {
  private final ManagedChannel channel;
  private final HttpClient http;
  private final ConnectOptions options;
  private final Wire wire;
  private final RequestIds ids;
  private final Attempts attempts;
  private final SessionKeeper session;

  /** Bounded by the number of methods of the contract. */
  private final Map<String, MethodFacts> methods = new ConcurrentHashMap<>();

  /** A caller that nobody has signed in. */
  public Caller(ManagedChannel channel, HttpClient http, ConnectOptions options) {
    this.channel = channel;
    this.http = http;
    this.options = options;
    this.wire = new Wire(channel);
    this.ids = new RequestIds();
    this.attempts = new Attempts(options.retry(), options.time(), ids);
    this.session = new SessionKeeper(wire, options.time(), ids);
  }

  /** Another identity over the same connection. */
  public Caller anotherIdentity() {
    return new Caller(channel, http, options);
  }

  /** The identity's tokens. */
  public SessionKeeper session() {
    return session;
  }

  /** Time and waits. */
  public TimeSource time() {
    return options.time();
  }

  /** For the bytes of uploads and downloads. */
  public Transfers transfers() {
    return new Transfers(http, attempts, options.time());
  }

  /** A new id for a call. */
  public String newRequestId() {
    return ids.next();
  }

  Attempts attempts() {
    return attempts;
  }

  /** One call with all its repetitions. */
  public <Q extends Message, S> S call(MethodDescriptor<Q, S> method, Q request) {
    MethodFacts facts = facts(method);
    String requestId = facts.requestId(request).orElseGet(ids::next);
    Q identified = facts.with(request, requestId);
    return attempts.run(
        facts,
        requestId,
        options.deadline(facts.fullName(), facts.read()),
        wire::reconnect,
        deadline -> authenticated(method, identified, facts, requestId, deadline));
  }

  private <Q extends Message, S> S authenticated(
      MethodDescriptor<Q, S> method,
      Q request,
      MethodFacts facts,
      String requestId,
      Duration deadline) {
    Optional<String> bearer = bearer(facts);
    try {
      return wire.send(method, request, new Wire.Envelope(facts, requestId, bearer, deadline));
    } catch (UnauthenticatedException refused) {
      // The server looked at the token before the request: nothing has happened yet.
      if (!session.renewAfter(refused, bearer)) {
        throw refused;
      }
      return wire.send(
          method, request, new Wire.Envelope(facts, requestId, bearer(facts), deadline));
    }
  }

  /** Opens a server stream once; {@link JobFollower} opens it again where it broke. */
  <Q extends Message, S> OpenStream<S> open(
      MethodDescriptor<Q, S> method, Q request, Duration deadline) {
    MethodFacts facts = facts(method);
    Optional<String> bearer = bearer(facts);
    return new OpenStream<>(
        wire.open(method, request, new Wire.Envelope(facts, ids.next(), bearer, deadline)), bearer);
  }

  /**
   * A stream and the token it was opened with.
   *
   * @param responses the answers
   * @param bearer what {@link #renewAfter} wants to know
   */
  record OpenStream<S>(ResponseStream<S> responses, Optional<String> bearer) {}

  /** Whether a stream that was refused is worth opening again with a newer token. */
  boolean renewAfter(CloudletException failure, Optional<String> bearer) {
    return failure instanceof UnauthenticatedException refused
        && session.renewAfter(refused, bearer);
  }

  void reconnect() {
    wire.reconnect();
  }

  private Optional<String> bearer(MethodFacts facts) {
    return facts.signedIn() ? session.bearer() : Optional.empty();
  }

  private MethodFacts facts(MethodDescriptor<?, ?> method) {
    return methods.computeIfAbsent(method.getFullMethodName(), name -> MethodFacts.of(method));
  }
}
