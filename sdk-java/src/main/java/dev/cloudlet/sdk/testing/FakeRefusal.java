package dev.cloudlet.sdk.testing;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.common.v1.ErrorsProto;
import dev.cloudlet.sdk.internal.Times;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A failure in the words of the contract, as a server sends it. */
final class FakeRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY = Duration.ofMillis(100);

  private final ErrorReason reason;
  private final transient Map<String, String> metadata;
  private transient Optional<BadRequest> fields = Optional.empty();
  private transient Optional<Duration> retryAfter = Optional.empty();

  FakeRefusal(ErrorReason reason, String message) {
    this(reason, message, Map.of());
  }

  FakeRefusal(ErrorReason reason, String message, Map<String, String> metadata) {
    super(message);
    this.reason = reason;
    this.metadata = metadata;
  }

  static FakeRefusal notFound(String what, String id) {
    return new FakeRefusal(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        "There is no " + what + " '" + id + "' in your account.");
  }

  static FakeRefusal invalidField(String field, String rule, String message) {
    FakeRefusal refusal = new FakeRefusal(ErrorReason.ERROR_REASON_INVALID_FIELD, message);
    refusal.fields =
        Optional.of(
            BadRequest.newBuilder()
                .addFieldViolations(
                    BadRequest.FieldViolation.newBuilder()
                        .setField(field)
                        .setReason(rule)
                        .setDescription(message))
                .build());
    return refusal;
  }

  ErrorReason reason() {
    return reason;
  }

  /** When a repetition may succeed. */
  FakeRefusal retryAfter(Duration wait) {
    retryAfter = Optional.of(wait);
    return this;
  }

  StatusRuntimeException toStatus() {
    com.google.rpc.Code code =
        reason.getValueDescriptor().getOptions().getExtension(ErrorsProto.code);
    Status.Builder status =
        Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage(String.valueOf(getMessage()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason(reason.name().substring("ERROR_REASON_".length()))
                        .setDomain("cloudlet.dev")
                        .putAllMetadata(metadata)
                        .build()));
    boolean passing =
        code == com.google.rpc.Code.UNAVAILABLE
            || reason == ErrorReason.ERROR_REASON_RATE_LIMITED
            || reason == ErrorReason.ERROR_REASON_OVERLOADED;
    retryAfter
        .or(() -> passing ? Optional.of(RETRY) : Optional.empty())
        .map(wait -> RetryInfo.newBuilder().setRetryDelay(Times.message(wait)).build())
        .ifPresent(info -> status.addDetails(Any.pack(info)));
    fields.ifPresent(violations -> status.addDetails(Any.pack(violations)));
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
