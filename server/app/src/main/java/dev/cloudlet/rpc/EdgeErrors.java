package dev.cloudlet.rpc;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.UnframedGrpcErrorHandler;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The three places where the server library would answer a failure in its own way: exceptions
 * outside the interceptors, the JSON of transcoded calls, and everything that fails before a
 * service is found.
 */
final class EdgeErrors {
  private EdgeErrors() {}

  /** Outside the chain: a message that can't be parsed, a frame that is too large. */
  static GrpcExceptionHandlerFunction exceptions() {
    return (ctx, status, failure, metadata) -> {
      if (failure instanceof StatusRuntimeException) {
        return status;
      }
      if (failure instanceof PlatformException known) {
        return details(known, ctx, metadata);
      }
      if (failure instanceof ClosedStreamException || failure instanceof CancellationException) {
        return Status.CANCELLED;
      }
      return status.getCode() == Status.Code.UNKNOWN ? details(failure, ctx, metadata) : status;
    };
  }

  private static Status details(Throwable failure, RequestContext ctx, Metadata metadata) {
    StatusRuntimeException mapped = ErrorMapper.toStatus(failure, ctx.id().shortText());
    Metadata trailers = mapped.getTrailers();
    if (trailers != null) {
      metadata.merge(trailers);
    }
    return mapped.getStatus();
  }

  /** The JSON of a transcoded or unframed call that failed. */
  static UnframedGrpcErrorHandler transcoded() {
    return (ctx, status, response) ->
        ErrorResponses.of(
            ErrorResponses.read(
                status, response.trailers().isEmpty() ? response.headers() : merged(response)),
            requestId(ctx, response));
  }

  private static com.linecorp.armeria.common.HttpHeaders merged(AggregatedHttpResponse response) {
    return response.headers().toBuilder().add(response.trailers()).build();
  }

  private static String requestId(ServiceRequestContext ctx, AggregatedHttpResponse response) {
    String inHeaders = response.headers().get("x-request-id");
    String inTrailers = response.trailers().get("x-request-id");
    return inHeaders != null
        ? inHeaders
        : Objects.requireNonNullElse(inTrailers, ctx.id().shortText());
  }

  /**
   * Everything else: no such route, wrong method, bad body, too large, failure of a plain route.
   */
  static ServerErrorHandler everythingElse() {
    return new ServerErrorHandler() {
      @Override
      public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
        return cause instanceof PlatformException
            ? ErrorResponses.of(cause, ctx.id().shortText())
            : null;
      }

      @Override
      public com.linecorp.armeria.common.@Nullable AggregatedHttpResponse renderStatus(
          @Nullable ServiceRequestContext ctx,
          ServiceConfig config,
          @Nullable RequestHeaders headers,
          HttpStatus status,
          @Nullable String description,
          @Nullable Throwable cause) {
        String requestId = ctx == null ? "none" : ctx.id().shortText();
        return ErrorResponses.aggregated(status, requestId);
      }
    };
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
      default -> ErrorReason.ERROR_REASON_INTERNAL;
    };
  }
}
