package dev.cloudlet.workers.runtime;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.ErrorReasons;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why the server refused a call, in the words of the contract, and what a refusal to sign means for
 * an attempt: some no repetition changes, one says that the attempt is over, and the rest pass, so
 * that an encode is not thrown away for them.
 *
 * @param retryAfter how long the server asks to wait, if it does
 */
public record ServerRefusal(
    ErrorReason reason, StatusRuntimeException status, Optional<Duration> retryAfter) {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /** Reads the status's details. */
  public static ServerRefusal of(StatusRuntimeException refused) {
    ErrorReason reason = ErrorReason.UNRECOGNIZED;
    Optional<Duration> wait = Optional.empty();
    com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(refused);
    if (status != null) {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason = ErrorReasons.ofWireName(read(detail, ErrorInfo.class).getReason());
        } else if (detail.is(RetryInfo.class)) {
          wait = Optional.of(delay(read(detail, RetryInfo.class)));
        }
      }
    }
    return new ServerRefusal(reason, refused, wait);
  }

  private static <T extends Message> T read(Any detail, Class<T> type) {
    try {
      return detail.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the server's error can't be read", e);
    }
  }

  private static Duration delay(RetryInfo info) {
    Duration asked =
        Duration.ofSeconds(info.getRetryDelay().getSeconds(), info.getRetryDelay().getNanos());
    return asked.compareTo(LONGEST_WAIT) < 0 ? asked : LONGEST_WAIT;
  }

  /** The end of the attempt, if asking again can't help it. */
  Optional<TaskFailedException> lasting() {
    return switch (reason) {
      case ERROR_REASON_QUOTA_EXCEEDED,
          ERROR_REASON_STORAGE_EXPIRED,
          ERROR_REASON_STORAGE_NOT_ENABLED,
          ERROR_REASON_NOT_FOUND ->
          Optional.of(failed(reason, "The results can't be stored: " + sentence(), false));
      case ERROR_REASON_ATTEMPT_SUPERSEDED ->
          Optional.of(failed(reason, "The attempt is not the job's current one.", true));
      case ERROR_REASON_INVALID_FIELD, ERROR_REASON_MALFORMED_REQUEST ->
          Optional.of(
              failed(
                  ErrorReason.ERROR_REASON_INTERNAL,
                  "The server does not understand this worker: " + sentence(),
                  true));
      default -> Optional.empty();
    };
  }

  private TaskFailedException failed(ErrorReason why, String message, boolean retryable) {
    return new TaskFailedException(why, message, retryable, status);
  }

  private String sentence() {
    return Optional.ofNullable(status.getStatus().getDescription())
        .orElseGet(() -> ErrorReasons.wireName(reason));
  }
}
