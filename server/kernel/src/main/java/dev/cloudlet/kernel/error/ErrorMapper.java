package dev.cloudlet.kernel.error;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.telemetry.Trace;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that turns failures into status codes and details. */
public final class ErrorMapper {
  private static final Logger log = LoggerFactory.getLogger(ErrorMapper.class);

  private ErrorMapper() {}

  /**
   * The status of {@code failure} with its details. What is not in the words of the contract
   * becomes INTERNAL with the request's id and nothing else, and is logged with its stack trace.
   */
  public static StatusRuntimeException toStatus(Throwable failure, String requestId) {
    return StatusProto.toStatusRuntimeException(toProto(failure, requestId));
  }

  static Status toProto(Throwable failure, String requestId) {
    return switch (failure) {
      case PlatformException known -> proto(known);
      case StatusRuntimeException status -> carried(status, requestId);
      case StatusException status -> carried(status, requestId);
      case CancellationException cancelled ->
          proto(
              new PlatformException(
                  ErrorReason.ERROR_REASON_CANCELLED, "The call was cancelled.", cancelled));
      case TimeoutException late ->
          proto(
              new PlatformException(
                  ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED, "The call's deadline passed.", late));
      default -> internal(failure, requestId);
    };
  }

  private static Status carried(Throwable status, String requestId) {
    Status given = StatusProto.fromThrowable(status);
    return given == null ? internal(status, requestId) : given;
  }

  private static Status internal(Throwable failure, String requestId) {
    log.atError().addKeyValue("request_id", requestId).setCause(failure).log("unexpected failure");
    return proto(
        new PlatformException(
                ErrorReason.ERROR_REASON_INTERNAL,
                "Something went wrong on our side. Tell the operator this reference: " + requestId)
            .with("reference", requestId));
  }

  private static Status proto(PlatformException failure) {
    Code code = ErrorReasons.code(failure.reason());
    Status.Builder status =
        Status.newBuilder().setCode(code.getNumber()).setMessage(failure.sentence());
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder()
            .setReason(ErrorReasons.wireName(failure.reason()))
            .setDomain(ErrorReasons.DOMAIN)
            .putAllMetadata(failure.metadata());
    Trace.current().id().ifPresent(id -> info.putMetadata("trace_id", id));
    status.addDetails(Any.pack(info.build()));
    if (!failure.violations().isEmpty()) {
      BadRequest.Builder refused = BadRequest.newBuilder();
      for (PlatformException.Violation violation : failure.violations()) {
        refused
            .addFieldViolationsBuilder()
            .setField(violation.field())
            .setReason(violation.rule())
            .setDescription(violation.message());
      }
      status.addDetails(Any.pack(refused.build()));
    }
    failure
        .retryAfter()
        .ifPresent(
            delay ->
                status.addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(
                                Duration.newBuilder()
                                    .setSeconds(delay.getSeconds())
                                    .setNanos(delay.getNano()))
                            .build())));
    return status.build();
  }
}
