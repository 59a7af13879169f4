package dev.cloudlet.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Base64;
import java.util.Optional;

/** Reads what a gRPC status carries. */
final class StatusDetails {
  private StatusDetails() {}

  static String reason(StatusRuntimeException failure) {
    return reason(StatusProto.fromThrowable(failure));
  }

  static String reason(Status status) {
    return find(status, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
  }

  static Optional<RetryInfo> retry(StatusRuntimeException failure) {
    return find(StatusProto.fromThrowable(failure), RetryInfo.class);
  }

  static Status ofHeader(String base64) {
    try {
      return Status.parseFrom(Base64.getDecoder().decode(base64));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T extends Message> Optional<T> find(Status status, Class<T> type) {
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(type)) {
          return Optional.of(detail.unpack(type));
        }
      }
      return Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
