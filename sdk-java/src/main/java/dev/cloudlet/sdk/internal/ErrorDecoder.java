package dev.cloudlet.sdk.internal;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.sdk.AlreadyExistsException;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.ConflictException;
import dev.cloudlet.sdk.ErrorFacts;
import dev.cloudlet.sdk.FailedPreconditionException;
import dev.cloudlet.sdk.FieldViolation;
import dev.cloudlet.sdk.InsufficientCoinsException;
import dev.cloudlet.sdk.InvalidArgumentException;
import dev.cloudlet.sdk.NotFoundException;
import dev.cloudlet.sdk.PermissionDeniedException;
import dev.cloudlet.sdk.QuotaExceededException;
import dev.cloudlet.sdk.RateLimitedException;
import dev.cloudlet.sdk.UnauthenticatedException;
import dev.cloudlet.sdk.UnavailableException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a status with its details into the typed exception. */
final class ErrorDecoder {
  private ErrorDecoder() {}

  /** The exception for a failed attempt. */
  static CloudletException decode(
      StatusRuntimeException failure, boolean mutation, String requestId) {
    Status status = failure.getStatus();
    ErrorFacts facts = facts(failure, status, requestId);
    String message = sentence(status);
    return switch (status.getCode()) {
      case NOT_FOUND -> new NotFoundException(message, facts, failure);
      case INVALID_ARGUMENT, OUT_OF_RANGE -> new InvalidArgumentException(message, facts, failure);
      case UNAUTHENTICATED -> new UnauthenticatedException(message, facts, failure);
      case PERMISSION_DENIED -> new PermissionDeniedException(message, facts, failure);
      case ALREADY_EXISTS -> new AlreadyExistsException(message, facts, failure);
      case ABORTED -> new ConflictException(message, facts, failure);
      case FAILED_PRECONDITION ->
          facts.reason() == ErrorReason.ERROR_REASON_INSUFFICIENT_COINS
              ? new InsufficientCoinsException(message, facts, failure)
              : new FailedPreconditionException(message, facts, failure);
      case RESOURCE_EXHAUSTED -> exhausted(message, facts, failure);
      case UNAVAILABLE, DEADLINE_EXCEEDED ->
          new UnavailableException(
              message, facts, mutation && mayHaveHappened(facts.reason()), failure);
      case OK, CANCELLED, UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS ->
          new CloudletException(message, facts, failure);
    };
  }

  private static CloudletException exhausted(
      String message, ErrorFacts facts, StatusRuntimeException failure) {
    return switch (facts.reason()) {
      case ERROR_REASON_QUOTA_EXCEEDED -> new QuotaExceededException(message, facts, failure);
      case ERROR_REASON_RATE_LIMITED, ERROR_REASON_OVERLOADED ->
          new RateLimitedException(message, facts, failure);
      default -> new CloudletException(message, facts, failure);
    };
  }

  /** The contract promises for two reasons that nothing was changed. */
  private static boolean mayHaveHappened(ErrorReason reason) {
    return reason != ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE
        && reason != ErrorReason.ERROR_REASON_GATEWAY_UNAVAILABLE;
  }

  private static ErrorFacts facts(StatusRuntimeException failure, Status status, String requestId) {
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    String reason = byCode(status.getCode());
    Map<String, String> metadata = Map.of();
    List<FieldViolation> violations = new ArrayList<>();
    Optional<Duration> retryAfter = Optional.empty();
    List<Any> all = details == null ? List.of() : details.getDetailsList();
    try {
      for (Any detail : all) {
        if (detail.is(ErrorInfo.class)) {
          ErrorInfo info = detail.unpack(ErrorInfo.class);
          reason = info.getReason();
          metadata = info.getMetadataMap();
        } else if (detail.is(BadRequest.class)) {
          violations.addAll(violations(detail.unpack(BadRequest.class)));
        } else if (detail.is(RetryInfo.class)) {
          retryAfter = Optional.of(Times.duration(detail.unpack(RetryInfo.class).getRetryDelay()));
        }
      }
    } catch (InvalidProtocolBufferException unreadable) {
      // The status itself stands; what could not be read of its details is left out, not hidden.
      failure.addSuppressed(unreadable);
    }
    return new ErrorFacts(reason, status.getCode(), metadata, violations, retryAfter, requestId);
  }

  private static List<FieldViolation> violations(BadRequest refused) {
    return refused.getFieldViolationsList().stream()
        .map(
            violation ->
                new FieldViolation(
                    violation.getField(), violation.getReason(), violation.getDescription()))
        .toList();
  }

  /**
   * The reason of a failure without details: one that never reached a server, or came from a proxy.
   */
  private static String byCode(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE -> "OUTCOME_UNKNOWN";
      case RESOURCE_EXHAUSTED -> "TOO_LARGE";
      case INVALID_ARGUMENT, OUT_OF_RANGE -> "MALFORMED_REQUEST";
      case UNIMPLEMENTED -> "NO_SUCH_METHOD";
      case ABORTED -> "CONFLICT";
      case DEADLINE_EXCEEDED, CANCELLED, UNAUTHENTICATED, PERMISSION_DENIED, NOT_FOUND ->
          code.name();
      case OK, UNKNOWN, ALREADY_EXISTS, FAILED_PRECONDITION, INTERNAL, DATA_LOSS -> "INTERNAL";
    };
  }

  private static String sentence(Status status) {
    String description = status.getDescription();
    Throwable cause = status.getCause();
    String text = description == null ? "The call failed: " + status.getCode() : description;
    // A transport failure says "io exception" and hides what happened in its cause.
    return cause == null || cause.getMessage() == null ? text : text + ": " + cause.getMessage();
  }
}
