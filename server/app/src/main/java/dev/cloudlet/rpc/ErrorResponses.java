package dev.cloudlet.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.grpc.protocol.GrpcHeaderNames;
import com.linecorp.armeria.common.grpc.protocol.StatusMessageEscaper;
import dev.cloudlet.api.common.v1.Error;
import dev.cloudlet.api.common.v1.ErrorBody;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one JSON shape of a failure ({@code cloudlet.common.v1.ErrorBody}) for REST, plain routes and
 * what fails before gRPC.
 */
public final class ErrorResponses {
  private static final String REQUEST_ID = RequestIds.HEADER;

  private ErrorResponses() {}

  /** The answer to a failure of a plain route. */
  public static HttpResponse of(Throwable failure, String requestId) {
    return response(body(statusOf(ErrorMapper.toStatus(failure, requestId)), requestId));
  }

  /** The answer in the words of one reason. */
  public static HttpResponse of(ErrorReason reason, String message, String requestId) {
    return of(new PlatformException(reason, message), requestId);
  }

  /** The answer to a call that ended with this status. */
  static HttpResponse of(Status status, String requestId) {
    return response(body(status, requestId));
  }

  /** The error as a message, for answers of another shape. */
  public static Error error(Status status, String requestId) {
    return body(status, requestId).getError();
  }

  /** The error as a message, for answers of another shape. */
  public static Error error(Throwable failure, String requestId) {
    return body(statusOf(ErrorMapper.toStatus(failure, requestId)), requestId).getError();
  }

  private static Status statusOf(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    return status == null ? Status.newBuilder().setCode(Code.INTERNAL_VALUE).build() : status;
  }

  /** Reads the status out of the headers or trailers of a gRPC answer. */
  static Status read(io.grpc.Status status, HttpHeaders headers) {
    String details = headers.get(GrpcHeaderNames.GRPC_STATUS_DETAILS_BIN);
    if (details != null) {
      try {
        return Status.parseFrom(Base64.getDecoder().decode(padded(details)));
      } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
        throw new IllegalStateException("our own status details can't be read", e);
      }
    }
    String message =
        status.getDescription() == null
            ? ""
            : StatusMessageEscaper.unescape(status.getDescription());
    return Status.newBuilder().setCode(status.getCode().value()).setMessage(message).build();
  }

  // gRPC leaves the padding out.
  private static String padded(String base64) {
    return base64 + "=".repeat((4 - base64.length() % 4) % 4);
  }

  static ErrorBody body(Status status, String requestId) {
    Code code = Optional.ofNullable(Code.forNumber(status.getCode())).orElse(Code.UNKNOWN);
    Error.Builder error =
        Error.newBuilder()
            .setCode(code.name())
            .setMessage(status.getMessage())
            .setRequestId(requestId);
    for (Any detail : status.getDetailsList()) {
      read(detail, error);
    }
    if (error.getReason().isEmpty()) {
      error.setReason(ErrorReasons.wireName(fallback(code)));
    }
    return ErrorBody.newBuilder()
        .setError(error.setStatus(httpStatus(error.getReason(), code)))
        .build();
  }

  private static void read(Any detail, Error.Builder error) {
    try {
      if (detail.is(ErrorInfo.class)) {
        ErrorInfo info = detail.unpack(ErrorInfo.class);
        error.setReason(info.getReason()).putAllMetadata(info.getMetadataMap());
      } else if (detail.is(BadRequest.class)) {
        for (BadRequest.FieldViolation violation :
            detail.unpack(BadRequest.class).getFieldViolationsList()) {
          error
              .addViolationsBuilder()
              .setField(violation.getField())
              .setRule(violation.getReason())
              .setMessage(violation.getDescription());
        }
      } else if (detail.is(RetryInfo.class)) {
        Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
        error.setRetryAfterMs(
            Math.max(1, delay.getSeconds() * 1000 + delay.getNanos() / 1_000_000));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our own status details can't be read", e);
    }
  }

  // For statuses that the library itself makes, outside the chain.
  static ErrorReason fallback(Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorReason.ERROR_REASON_MALFORMED_REQUEST;
      case UNAUTHENTICATED -> ErrorReason.ERROR_REASON_UNAUTHENTICATED;
      case PERMISSION_DENIED -> ErrorReason.ERROR_REASON_PERMISSION_DENIED;
      case NOT_FOUND -> ErrorReason.ERROR_REASON_NOT_FOUND;
      case RESOURCE_EXHAUSTED -> ErrorReason.ERROR_REASON_TOO_LARGE;
      case UNIMPLEMENTED -> ErrorReason.ERROR_REASON_NO_SUCH_METHOD;
      case UNAVAILABLE -> ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED;
      case CANCELLED -> ErrorReason.ERROR_REASON_CANCELLED;
      default -> ErrorReason.ERROR_REASON_INTERNAL;
    };
  }

  /** The table of google.rpc.Code, but for two reasons for which HTTP has a better word. */
  private static int httpStatus(String reason, Code code) {
    if (reason.equals("TOO_LARGE")) {
      return 413;
    }
    if (reason.equals("NO_SUCH_METHOD")) {
      return 404;
    }
    return switch (code) {
      case OK -> 200;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED -> 499;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
      default -> 500;
    };
  }

  static HttpResponse response(ErrorBody body) {
    return HttpResponse.of(headers(body).build(), HttpData.ofUtf8(ContractJson.print(body)));
  }

  /**
   * For failures that the HTTP layer found by itself; keeps its status, which may be more exact
   * than ours.
   */
  static AggregatedHttpResponse aggregated(
      PlatformException failure, HttpStatus status, String requestId) {
    Error error = error(failure, requestId).toBuilder().setStatus(status.code()).build();
    ErrorBody body = ErrorBody.newBuilder().setError(error).build();
    return AggregatedHttpResponse.of(
        headers(body).build(), HttpData.ofUtf8(ContractJson.print(body)));
  }

  /** The answer to a caller that speaks gRPC: trailers only, with the details. */
  static AggregatedHttpResponse framed(
      Throwable failure, String requestId, @Nullable MediaType type) {
    Status status = statusOf(ErrorMapper.toStatus(failure, requestId));
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type == null ? MediaType.parse("application/grpc") : type)
            .set(REQUEST_ID, requestId)
            .set(GrpcHeaderNames.GRPC_STATUS, Integer.toString(status.getCode()))
            .set(GrpcHeaderNames.GRPC_MESSAGE, StatusMessageEscaper.escape(status.getMessage()))
            .set(
                GrpcHeaderNames.GRPC_STATUS_DETAILS_BIN,
                Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray()))
            .build());
  }

  static String sentence(HttpStatus status) {
    return switch (status.code()) {
      case 404 -> "There is no such route. See /docs and /openapi.json.";
      case 405 -> "This route does not take this method. See /openapi.json.";
      case 413 ->
          "The body is too large. Send files straight to the object store by an upload ticket.";
      case 414, 431 -> "The address or a header is too long.";
      case 415 -> "The body must be application/json.";
      case 408 -> "The request did not come in its time. Repeat it.";
      case 503, 504 -> "The call did not end in its time. Repeat it.";
      default -> status.reasonPhrase();
    };
  }

  static ResponseHeadersBuilder headers(ErrorBody body) {
    Error error = body.getError();
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(error.getStatus()))
            .contentType(MediaType.JSON_UTF_8)
            .set(REQUEST_ID, error.getRequestId());
    if (error.getRetryAfterMs() > 0) {
      headers.set(
          HttpHeaderNames.RETRY_AFTER, Long.toString((error.getRetryAfterMs() + 999) / 1000));
    }
    if (error.getStatus() == 401) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    }
    return headers;
  }
}
