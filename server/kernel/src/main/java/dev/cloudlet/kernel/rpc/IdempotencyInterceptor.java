package dev.cloudlet.kernel.rpc;

import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.crypto.Sha256;
import dev.cloudlet.kernel.error.Effects;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.DerivedIds;
import io.grpc.Context;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes every mutation with a {@code request_id} safe to repeat: the same id and body give the
 * first response for 24 hours, another body is refused. The response is kept before it is sent.
 * After a crash in between the repetition runs the handler again with the same derived ids, so it
 * meets what the first run wrote.
 */
public final class IdempotencyInterceptor implements ServerInterceptor {
  private final IdempotencyStore store;
  private final ResponseSeal seal;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Duration lease;

  /** Protects kept responses, some of which carry secrets that are shown once. */
  public interface ResponseSeal {
    byte[] seal(String key, byte[] response);

    byte[] open(String key, byte[] sealed);
  }

  /**
   * @param lease how long a claim holds whose server fell silent: longer than a unary handler may
   *     run
   */
  public IdempotencyInterceptor(
      IdempotencyStore store,
      ResponseSeal seal,
      InstantSource clock,
      RandomGenerator random,
      Duration lease) {
    this.store = store;
    this.seal = seal;
    this.clock = clock;
    this.random = random;
    this.lease = lease;
  }

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    MethodPolicy policy = MethodPolicy.of(call.getMethodDescriptor());
    boolean repeatable =
        policy.mutation()
            && policy.requestIdField().isPresent()
            && call.getMethodDescriptor().getType() == MethodType.UNARY;
    return repeatable ? new Claiming<>(call, headers, next, policy) : next.startCall(call, headers);
  }

  /** Starts the handler only once the message is known and its key is claimed. */
  private final class Claiming<Q, S> extends ServerCall.Listener<Q> {
    private final ServerCall<Q, S> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, S> next;
    private final MethodPolicy policy;
    private final Context context = Context.current();
    private final Effects effects = new Effects();
    private Optional<ServerCall.Listener<Q>> handler = Optional.empty();
    private Optional<Keeping<Q, S>> keeping = Optional.empty();

    Claiming(
        ServerCall<Q, S> call,
        Metadata headers,
        ServerCallHandler<Q, S> next,
        MethodPolicy policy) {
      this.call = call;
      this.headers = headers;
      this.next = next;
      this.policy = policy;
      call.request(2);
    }

    @Override
    public void onMessage(Q message) {
      Message proto = (Message) message;
      String requestId = (String) proto.getField(policy.requestIdField().orElseThrow());
      if (requestId.isEmpty()) {
        begin(call, context, message);
        return;
      }
      String key = hash(caller(CallContext.current().principal()), policy.fullName(), requestId);
      String salt = Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
      switch (store.begin(
          key, hash(HexFormat.of().formatHex(proto.toByteArray())), salt, clock.instant(), lease)) {
        case IdempotencyStore.Begin.Run run -> {
          CallContext derived =
              CallContext.current().withIds(new DerivedIds(key + run.salt(), run.firstSeen()));
          begin(new Keeping<>(call, key), context.withValue(CallContext.KEY, derived), message);
        }
        case IdempotencyStore.Begin.Replay replay -> replay(seal.open(key, replay.response()));
        case IdempotencyStore.Begin.OtherBody other ->
            throw new PlatformException(
                ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
                "This request_id was used with another body. Use a new one for a new request.");
        case IdempotencyStore.Begin.Running running ->
            throw new PlatformException(
                    ErrorReason.ERROR_REASON_REQUEST_IN_PROGRESS,
                    "A call with this request_id is still running. Repeat it in a moment with the"
                        + " same id.")
                .retryAfter(Duration.ofMillis(500));
      }
    }

    // Two who are not signed in may choose the same id; a refresh token tells them apart, and
    // without one the answer holds nothing that its message did not prove.
    private static String caller(Principal principal) {
      return switch (principal) {
        case Principal.Account account -> account.accountId().value();
        case Principal.Node node -> node.nodeId().value();
        case Principal.Server server -> server.subject();
        case Principal.Refresh refresh -> "refresh:" + hash(refresh.token().reveal());
        case Principal.Anonymous anybody -> "anybody";
      };
    }

    private void begin(ServerCall<Q, S> target, Context around, Q message) {
      Context within = effects.within(around);
      Context previous = within.attach();
      try {
        if (target instanceof Keeping<Q, S> claimed) {
          keeping = Optional.of(claimed);
        }
        ServerCall.Listener<Q> started = next.startCall(new Counted<>(target), headers);
        handler = Optional.of(new InContext<>(started, within));
        started.onReady();
        started.onMessage(message);
      } catch (RuntimeException e) {
        throw failed(e);
      } finally {
        within.detach(previous);
      }
    }

    private void replay(byte[] response) {
      call.sendHeaders(new Metadata());
      call.sendMessage(
          call.getMethodDescriptor()
              .getResponseMarshaller()
              .parse(new ByteArrayInputStream(response)));
      call.close(Status.OK, new Metadata());
    }

    @Override
    public void onHalfClose() {
      try {
        handler.ifPresent(ServerCall.Listener::onHalfClose);
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    // The error goes to a link further out, which closes the call without passing here again. It is
    // what the handler said, whatever becomes of the claim: one that could not be given back ends
    // by itself.
    private RuntimeException failed(RuntimeException failure) {
      RuntimeException honest = effects.honest(failure);
      try {
        keeping.ifPresent(Keeping::giveBack);
      } catch (RuntimeException unreleased) {
        honest.addSuppressed(unreleased);
      }
      return honest;
    }

    @Override
    public void onCancel() {
      handler.ifPresent(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
      handler.ifPresent(ServerCall.Listener::onComplete);
    }
  }

  /**
   * The message was asked for by {@link Claiming} already, so the handler's own request must not
   * reach the wire again.
   */
  private static final class Counted<Q, S>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, S> {
    Counted(ServerCall<Q, S> call) {
      super(call);
    }

    @Override
    public void request(int numMessages) {}
  }

  private static final class InContext<Q> extends ServerCall.Listener<Q> {
    private final ServerCall.Listener<Q> inner;
    private final Context context;

    InContext(ServerCall.Listener<Q> inner, Context context) {
      this.inner = inner;
      this.context = context;
    }

    @Override
    public void onHalfClose() {
      context.run(inner::onHalfClose);
    }

    @Override
    public void onCancel() {
      context.run(inner::onCancel);
    }

    @Override
    public void onComplete() {
      context.run(inner::onComplete);
    }
  }

  /** Keeps the response before it goes out; gives the claim back if the call ends otherwise. */
  private final class Keeping<Q, S> extends ForwardingServerCall.SimpleForwardingServerCall<Q, S> {
    private final String key;
    private boolean kept;
    private @Nullable Metadata heldHeaders;

    Keeping(ServerCall<Q, S> call, String key) {
      super(call);
      this.key = key;
    }

    @Override
    public void sendHeaders(Metadata responseHeaders) {
      heldHeaders = responseHeaders;
    }

    @Override
    public void sendMessage(S message) {
      byte[] sealed = seal.seal(key, ((Message) message).toByteArray());
      uninterrupted(() -> store.finish(key, sealed));
      kept = true;
      super.sendHeaders(heldHeaders == null ? new Metadata() : heldHeaders);
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      try {
        giveBack();
      } finally {
        super.close(status, trailers);
      }
    }

    void giveBack() {
      if (!kept) {
        uninterrupted(() -> store.release(key));
      }
    }

    // The deadline interrupts the handler's thread; what it did must be written down all the same.
    private static void uninterrupted(Runnable write) {
      boolean interrupted = Thread.interrupted();
      try {
        write.run();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static String hash(String... parts) {
    return Sha256.hex(String.join("\n", parts));
  }
}
