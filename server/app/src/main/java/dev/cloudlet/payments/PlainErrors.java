package dev.cloudlet.payments;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.cloudlet.api.common.v1.Error;
import dev.cloudlet.api.common.v1.ErrorBody;
import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.error.PlatformException;

/** Failures of plain HTTP routes in the contract's JSON shape. */
final class PlainErrors {
  private PlainErrors() {}

  static HttpResponse response(PlatformException failure) {
    Code code = ErrorReasons.code(failure.reason());
    HttpStatus status = status(code);
    ErrorBody body =
        ErrorBody.newBuilder()
            .setError(
                Error.newBuilder()
                    .setStatus(status.code())
                    .setCode(code.name())
                    .setReason(ErrorReasons.wireName(failure.reason()))
                    .setMessage(failure.sentence())
                    .putAllMetadata(failure.metadata())
                    .setRetryAfterMs(
                        failure.retryAfter().map(java.time.Duration::toMillis).orElse(0L)))
            .build();
    try {
      return HttpResponse.of(
          status, MediaType.JSON_UTF_8, HttpData.ofUtf8(JsonFormat.printer().print(body)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an error body has no Any inside", e);
    }
  }

  // The table of google.rpc.Code, as far as plain routes can fail.
  private static HttpStatus status(Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case ABORTED, ALREADY_EXISTS -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
      default -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }
}
