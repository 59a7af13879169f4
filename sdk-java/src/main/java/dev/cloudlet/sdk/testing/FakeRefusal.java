package dev.cloudlet.sdk.testing;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.common.v1.ErrorsProto;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;

/** A failure in the words of the contract, as a server sends it. */
final class FakeRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int RETRY_MILLIS = 100;

  private final ErrorReason reason;
  private final transient Map<String, String> metadata;

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
    if (passing) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(Duration.newBuilder().setNanos(RETRY_MILLIS * 1_000_000))
                  .build()));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }
}
