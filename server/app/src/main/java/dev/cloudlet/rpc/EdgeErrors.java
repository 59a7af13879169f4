package dev.cloudlet.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.common.stream.AbortedStreamException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestCancellationException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The three places where the server library would answer a failure in its own way: exceptions
 * outside the interceptors, the JSON of transcoded calls, and everything that fails before a
 * service is found. All of them end in the same reasons, on gRPC as status details and elsewhere as
 * the error body.
 */
final class EdgeErrors {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Duration REPEAT_AFTER = Duration.ofSeconds(1);

  private final IdSource ids;
  private final HttpLog log;

  EdgeErrors(IdSource ids, HttpLog log) {
    this.ids = ids;
    this.log = log;
  }

  /** Outside the chain: a message that can't be parsed, a frame that is too large. */
  static GrpcExceptionHandlerFunction exceptions() {
    return (ctx, status, failure, metadata) -> {
      if (metadata.containsKey(DETAILS)) {
        return status;
      }
      Throwable known =
          reason(status, failure)
              .<Throwable>map(reason -> failure(reason, sentence(reason), failure))
              .orElse(failure);
      StatusRuntimeException mapped = ErrorMapper.toStatus(known, requestId(ctx));
      Metadata trailers = mapped.getTrailers();
      if (trailers != null) {
        metadata.merge(trailers);
      }
      ctx.setAttr(
          CallInterceptor.ANSWERED, new CallInterceptor.Answered(mapped.getStatus(), metadata));
      // The library tells by the cause that nobody is there to hear.
      return mapped.getStatus().getCode() == Status.Code.CANCELLED
          ? mapped.getStatus().withCause(failure)
          : mapped.getStatus();
    };
  }

  private static String requestId(RequestContext ctx) {
    return ctx instanceof ServiceRequestContext server
        ? RequestIds.of(server)
        : ctx.id().shortText();
  }

  /** What the library found, in the contract's words; empty if it is a fault of ours. */
  private static Optional<ErrorReason> reason(Status status, Throwable failure) {
    if (failure instanceof PlatformException) {
      return Optional.empty();
    }
    if (failure instanceof InvalidProtocolBufferException
        || failure.getCause() instanceof InvalidProtocolBufferException) {
      return Optional.of(ErrorReason.ERROR_REASON_MALFORMED_REQUEST);
    }
    if (failure instanceof RequestTimeoutException) {
      return Optional.of(ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED);
    }
    if (failure instanceof ShuttingDownException) {
      return Optional.of(ErrorReason.ERROR_REASON_OUTCOME_UNKNOWN);
    }
    if (failure instanceof ContentTooLargeException) {
      return Optional.of(ErrorReason.ERROR_REASON_TOO_LARGE);
    }
    if (failure instanceof HttpStatusException refused) {
      return Optional.of(reasonOf(refused.httpStatus()));
    }
    if (failure instanceof ClosedStreamException
        || failure instanceof ClosedSessionException
        || failure instanceof AbortedStreamException
        || failure instanceof ResponseCompleteException
        || failure instanceof CancellationException) {
      return Optional.of(ErrorReason.ERROR_REASON_CANCELLED);
    }
    return switch (status.getCode()) {
      case UNKNOWN, INTERNAL -> Optional.empty();
      default ->
          Optional.of(
              ErrorResponses.fallback(
                  Optional.ofNullable(Code.forNumber(status.getCode().value()))
                      .orElse(Code.UNKNOWN)));
    };
  }

  private static PlatformException failure(
      ErrorReason reason, String sentence, @Nullable Throwable cause) {
    PlatformException failure = new PlatformException(reason, sentence, cause);
    return switch (reason) {
      case ERROR_REASON_DEADLINE_EXCEEDED,
          ERROR_REASON_DEPENDENCY_UNAVAILABLE,
          ERROR_REASON_OUTCOME_UNKNOWN,
          ERROR_REASON_RATE_LIMITED ->
          failure.retryAfter(REPEAT_AFTER);
      default -> failure;
    };
  }

  private static String sentence(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_MALFORMED_REQUEST -> "The message is not what the method takes.";
      case ERROR_REASON_DEADLINE_EXCEEDED -> "The call did not end in its time. Repeat it.";
      case ERROR_REASON_OUTCOME_UNKNOWN ->
          "The server stopped in the midst of the call. " + OutcomeUnknownException.ADVICE;
      case ERROR_REASON_TOO_LARGE ->
          "The message is too large. Send files straight to the object store by an upload ticket.";
      case ERROR_REASON_CANCELLED -> "The call was cancelled.";
      case ERROR_REASON_NO_SUCH_METHOD -> "There is no such rpc. Ask the server's reflection.";
      case ERROR_REASON_DEPENDENCY_UNAVAILABLE -> "The server can't take the call. Repeat it.";
      default -> "The call could not be read.";
    };
  }

  /** The JSON of a transcoded or unframed call that failed. */
  static UnframedGrpcErrorHandler transcoded() {
    return (ctx, status, response) ->
        ErrorResponses.of(
            ErrorResponses.read(
                status, response.trailers().isEmpty() ? response.headers() : merged(response)),
            RequestIds.of(ctx));
  }

  private static HttpHeaders merged(AggregatedHttpResponse response) {
    return response.headers().toBuilder().add(response.trailers()).build();
  }

  /**
   * Everything else: no such route, wrong method, bad body, too large, failure of a plain route.
   */
  ServerErrorHandler everythingElse() {
    return new ServerErrorHandler() {
      @Override
      public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
        Throwable failure = Exceptions.peel(cause);
        return isOfTheLibrary(failure) ? null : answer(ctx, failure);
      }

      @Override
      public AggregatedHttpResponse onProtocolViolation(
          ServiceConfig config,
          @Nullable RequestHeaders headers,
          HttpStatus status,
          @Nullable String description,
          @Nullable Throwable cause) {
        String requestId = ids.next("req");
        log.violated(headers, status, requestId);
        return rendered(headers, status, requestId);
      }

      @Override
      public AggregatedHttpResponse renderStatus(
          @Nullable ServiceRequestContext ctx,
          ServiceConfig config,
          @Nullable RequestHeaders headers,
          HttpStatus status,
          @Nullable String description,
          @Nullable Throwable cause) {
        HttpStatus said = isStillComing(ctx, cause) ? HttpStatus.REQUEST_TIMEOUT : status;
        return rendered(headers, said, ctx == null ? ids.next("req") : RequestIds.of(ctx));
      }
    };
  }

  /**
   * Makes what a service throws an answer like any other. For the library it would be a call that
   * broke, whose request it resets even if the caller is still about to send its body, and so never
   * shows the answer.
   */
  static Function<? super HttpService, SimpleDecoratingHttpService> thrown() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            try {
              return unwrap().serve(ctx, request);
            } catch (HttpStatusException refused) {
              return rendered(request.headers(), refused.httpStatus(), RequestIds.of(ctx))
                  .toHttpResponse();
            } catch (Exception e) {
              Throwable failure = Exceptions.peel(e);
              if (isOfTheLibrary(failure)) {
                throw e;
              }
              return answer(ctx, failure);
            }
          }
        };
  }

  private static HttpResponse answer(ServiceRequestContext ctx, Throwable failure) {
    String requestId = RequestIds.of(ctx);
    RequestHeaders headers = ctx.request().headers();
    return isGrpc(headers)
        ? ErrorResponses.framed(failure, requestId, headers.contentType()).toHttpResponse()
        : ErrorResponses.of(failure, requestId);
  }

  // These carry an HTTP status, or mean that nobody listens; the library renders them.
  private static boolean isOfTheLibrary(Throwable failure) {
    return failure instanceof HttpStatusException
        || failure instanceof HttpResponseException
        || failure instanceof ContentTooLargeException
        || failure instanceof RequestCancellationException
        || failure instanceof RequestTimeoutException
        || failure instanceof ShuttingDownException
        || failure instanceof ClosedStreamException
        || failure instanceof AbortedStreamException
        || failure instanceof ClosedSessionException;
  }

  // Time is over, and the client has not sent its whole request: that is not our slowness.
  private static boolean isStillComing(
      @Nullable ServiceRequestContext ctx, @Nullable Throwable cause) {
    return ctx != null
        && cause instanceof RequestTimeoutException
        && !ctx.log().isAvailable(RequestLogProperty.REQUEST_END_TIME);
  }

  private static AggregatedHttpResponse rendered(
      @Nullable RequestHeaders headers, HttpStatus status, String requestId) {
    PlatformException failure = failure(reasonOf(status), ErrorResponses.sentence(status), null);
    return headers != null && isGrpc(headers)
        ? ErrorResponses.framed(failure, requestId, headers.contentType())
        : ErrorResponses.aggregated(failure, status, requestId);
  }

  /** Whether the caller speaks gRPC or gRPC-Web and could make nothing of JSON. */
  private static boolean isGrpc(RequestHeaders headers) {
    MediaType type = headers.contentType();
    return type != null && type.subtype().startsWith("grpc");
  }

  static ErrorReason reasonOf(HttpStatus status) {
    return switch (status.code()) {
      case 400, 415 -> ErrorReason.ERROR_REASON_MALFORMED_REQUEST;
      case 401 -> ErrorReason.ERROR_REASON_UNAUTHENTICATED;
      case 403 -> ErrorReason.ERROR_REASON_PERMISSION_DENIED;
      case 404, 405, 501 -> ErrorReason.ERROR_REASON_NO_SUCH_METHOD;
      case 413, 414, 431 -> ErrorReason.ERROR_REASON_TOO_LARGE;
      case 429 -> ErrorReason.ERROR_REASON_RATE_LIMITED;
      case 408, 503, 504 -> ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED;
      default ->
          status.code() < 500
              ? ErrorReason.ERROR_REASON_MALFORMED_REQUEST
              : ErrorReason.ERROR_REASON_INTERNAL;
    };
  }
}
