package dev.cloudlet.rpc;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls an rpc through the same chain as every other call, without a gRPC wire: for server-sent
 * events and for the routes of the seed systems. Callbacks of one call run one after another on the
 * blocking executor with the request's context.
 */
public final class RpcBridge {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Map<String, ServerMethodDefinition<?, ?>> methods = new HashMap<>();
  private final Duration longest;

  /**
   * Who hears of a call. Called on the call's own sequence of tasks, or on the thread of a stream.
   */
  interface Receiver {
    /** The handler took the request and did not refuse it; of a stream, messages may follow. */
    default void onAccepted() {}

    void onMessage(Message message);

    void onClose(Status status, Metadata trailers);

    /** Whether another message can be taken now. */
    BooleanSupplier ready();
  }

  /** A running call. */
  interface Running {
    void cancel();

    /** Tells that {@link Receiver#ready} has become true. */
    void becameReady();
  }

  /**
   * @param services the implementations
   * @param chain in the order in which calls pass it
   * @param longest how long a plain request may take with all its unary calls
   */
  public RpcBridge(
      List<BindableService> services, List<ServerInterceptor> chain, Duration longest) {
    this.longest = longest;
    for (BindableService service : services) {
      ServerInterceptors.interceptForward(service, chain)
          .getMethods()
          .forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method));
    }
  }

  /** The method of that full name, such as {@code cloudlet.jobs.v1.JobService/WatchJob}. */
  public Optional<MethodDescriptor<?, ?>> find(String fullName) {
    return Optional.ofNullable(methods.get(fullName))
        .map(ServerMethodDefinition::getMethodDescriptor);
  }

  /** The request message of a method, empty. */
  Message prototype(String fullName) {
    MethodDescriptor<?, ?> method =
        find(fullName).orElseThrow(() -> new IllegalArgumentException("no rpc " + fullName));
    return (Message)
        ((MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller())
            .getMessagePrototype();
  }

  /** A call that ended with another status than OK. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient com.google.rpc.Status status;

    Refused(com.google.rpc.Status status) {
      super(status.getMessage());
      this.status = status;
    }

    /** The status with its details. */
    public com.google.rpc.Status status() {
      return status;
    }

    /** The reason's wire name. */
    public String reason() {
      return ErrorResponses.body(status, "").getError().getReason();
    }
  }

  /** What the chain reads of an HTTP request's headers. */
  public static Map<String, String> headers(RequestHeaders headers) {
    return EdgeHeaders.forTheChain(headers);
  }

  /**
   * Calls a unary rpc and waits for its end, on the caller's (virtual) thread.
   *
   * @param json the request message
   * @return the response message
   * @throws Refused if it ended otherwise
   */
  public String unary(
      ServiceRequestContext ctx, String fullName, String json, Map<String, String> headers) {
    Message request = ContractJson.parse(json, prototype(fullName));
    Metadata metadata = new Metadata();
    headers.forEach(
        (name, value) ->
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    // The chain ends the call then.
    Duration left = left(ctx);
    OneMessage result = new OneMessage();
    Running running = call(ctx, fullName, request, metadata, result);
    try {
      return ContractJson.print(
          result.done.get(left.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Refused refused
          ? refused
          : new IllegalStateException(fullName + " failed", e.getCause());
    } catch (TimeoutException e) {
      running.cancel();
      throw new PlatformException(
          ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, "The call took too long; repeat it.", e);
    } catch (InterruptedException e) {
      running.cancel();
      Thread.currentThread().interrupt();
      throw new PlatformException(ErrorReason.ERROR_REASON_CANCELLED, "The server is stopping.", e);
    }
  }

  private Duration left(ServiceRequestContext ctx) {
    long begun =
        ctx.log().ensureAvailable(RequestLogProperty.REQUEST_START_TIME).requestStartTimeNanos();
    Duration left = longest.minusNanos(System.nanoTime() - begun);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static final class OneMessage implements Receiver {
    private final CompletableFuture<Message> done = new CompletableFuture<>();
    private volatile @Nullable Message message;

    @Override
    public void onMessage(Message received) {
      message = received;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Message received = message;
      if (status.isOk() && received != null) {
        done.complete(received);
      } else {
        done.completeExceptionally(
            new Refused(StatusProto.fromStatusAndTrailers(status, trailers)));
      }
    }

    @Override
    public BooleanSupplier ready() {
      return () -> true;
    }
  }

  Running call(
      ServiceRequestContext ctx,
      String fullName,
      Message request,
      Metadata headers,
      Receiver receiver) {
    ServerMethodDefinition<?, ?> method = methods.get(fullName);
    if (method == null) {
      throw new IllegalArgumentException("no rpc " + fullName);
    }
    return begin(ctx, method, request, headers, receiver);
  }

  @SuppressWarnings("unchecked")
  private static <Q, S> Running begin(
      ServiceRequestContext ctx,
      ServerMethodDefinition<Q, S> method,
      Message request,
      Metadata headers,
      Receiver receiver) {
    Executor sequence =
        MoreExecutors.newSequentialExecutor(
            ctx.makeContextAware((Executor) ctx.blockingTaskExecutor()));
    LocalCall<Q, S> call = new LocalCall<>(method.getMethodDescriptor(), receiver, sequence);
    sequence.execute(
        () -> {
          ServerCall.Listener<Q> listener = method.getServerCallHandler().startCall(call, headers);
          call.listener = Optional.of(listener);
          listener.onReady();
          listener.onMessage((Q) request);
          listener.onHalfClose();
          if (!call.closed) {
            receiver.onAccepted();
          }
        });
    return new Running() {
      @Override
      public void cancel() {
        call.cancelled = true;
        sequence.execute(call::tellCancelled);
      }

      @Override
      public void becameReady() {
        sequence.execute(() -> call.listener.ifPresent(ServerCall.Listener::onReady));
      }
    };
  }

  private static final class LocalCall<Q, S> extends ServerCall<Q, S> {
    private final MethodDescriptor<Q, S> method;
    private final Receiver receiver;
    private final Executor sequence;
    private volatile boolean cancelled;
    private volatile boolean closed;
    private volatile Optional<Listener<Q>> listener = Optional.empty();

    LocalCall(MethodDescriptor<Q, S> method, Receiver receiver, Executor sequence) {
      this.method = method;
      this.receiver = receiver;
      this.sequence = sequence;
    }

    // A call that was closed hears that it is complete instead.
    private void tellCancelled() {
      if (!closed) {
        listener.ifPresent(Listener::onCancel);
      }
    }

    @Override
    public void request(int numMessages) {
      // The one request message is handed over unasked.
    }

    @Override
    public void sendHeaders(Metadata headers) {
      // The HTTP answer has its own.
    }

    @Override
    public void sendMessage(S message) {
      if (!closed && !cancelled) {
        receiver.onMessage((Message) message);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        try {
          receiver.onClose(status, trailers);
        } finally {
          sequence.execute(() -> listener.ifPresent(ServerCall.Listener::onComplete));
        }
      }
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public boolean isReady() {
      return receiver.ready().getAsBoolean();
    }

    @Override
    public MethodDescriptor<Q, S> getMethodDescriptor() {
      return method;
    }
  }
}
