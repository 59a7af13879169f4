package dev.cloudlet.kernel.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.cloudlet.kernel.error.ErrorReasons;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/** Reads why a call was refused out of what was answered. */
final class CallReasons {
  private CallReasons() {}

  /**
   * The reason's wire name; that of the status where nobody gave a reason of the contract, so that
   * there are only so many. Empty if the call went well.
   */
  static Optional<String> of(Status status, Metadata trailers) {
    if (status.isOk()) {
      return Optional.empty();
    }
    for (Any detail : StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        return Optional.of(known(detail).orElse(status.getCode().name()));
      }
    }
    return Optional.of(status.getCode().name());
  }

  private static Optional<String> known(Any detail) {
    try {
      ErrorInfo info = detail.unpack(ErrorInfo.class);
      return Optional.of(ErrorReasons.wireName(ErrorReasons.ofWireName(info.getReason())))
          .filter(info.getReason()::equals);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our own status details can't be read", e);
    }
  }
}
