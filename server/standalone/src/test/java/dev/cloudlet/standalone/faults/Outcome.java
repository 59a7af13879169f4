package dev.cloudlet.standalone.faults;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How one attempt of a call ended for its caller. */
sealed interface Outcome<S> {
  /** It took effect. */
  record Done<S>(S answer) implements Outcome<S> {}

  /**
   * It did not, or nobody knows.
   *
   * @param reason of the contract
   * @param again whether the server asks to repeat it
   */
  record Failed<S>(Status.Code code, String reason, String message, boolean again)
      implements Outcome<S> {
    private static final Set<String> NOT_KNOWN = Set.of("OUTCOME_UNKNOWN", "REQUEST_IN_PROGRESS");

    /** Whether the caller was told that it may have taken effect. */
    boolean unknown() {
      return code == Status.Code.UNAVAILABLE && NOT_KNOWN.contains(reason);
    }

    /** Whether the caller was told that nothing was changed because a part does not answer. */
    boolean nothingChanged() {
      return reason.equals("DEPENDENCY_UNAVAILABLE");
    }

    boolean stillRuns() {
      return reason.equals("REQUEST_IN_PROGRESS");
    }
  }

  /** The response, if it took effect. */
  default Optional<S> response() {
    return this instanceof Done<S> done ? Optional.of(done.answer()) : Optional.empty();
  }

  /** Reads a failure as a client does. */
  static <S> Failed<S> of(StatusRuntimeException failure) {
    String reason = "";
    boolean again = false;
    com.google.rpc.Status details = StatusProto.fromThrowable(failure);
    try {
      for (Any detail : details == null ? List.<Any>of() : details.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason = detail.unpack(ErrorInfo.class).getReason();
        }
        again |= detail.is(RetryInfo.class);
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return new Failed<>(
        failure.getStatus().getCode(),
        reason,
        String.valueOf(failure.getStatus().getDescription()),
        again);
  }
}
