package dev.cloudlet.sdk.internal;

import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Optional;

/**
 * What the contract says about a method: the client never keeps a list of methods of its own.
 *
 * @param fullName such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
 * @param read whether it changes nothing
 * @param signedIn whether it wants the caller's token
 * @param requestIdField the field that makes a repetition safe
 */
record MethodFacts(
    String fullName, boolean read, boolean signedIn, Optional<FieldDescriptor> requestIdField) {

  /**
   * Logout is public so that it succeeds without a session, but acts on the token that it carries.
   */
  private static final String LOGOUT = "cloudlet.identity.v1.AuthService/Logout";

  static MethodFacts of(MethodDescriptor<?, ?> method) {
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema)) {
      throw new IllegalArgumentException(
          method.getFullMethodName() + " is not a method of a protobuf contract");
    }
    MethodOptions options = schema.getMethodDescriptor().getOptions();
    Access access = options.getExtension(AccessProto.access);
    return new MethodFacts(
        method.getFullMethodName(),
        options.getIdempotencyLevel() == IdempotencyLevel.NO_SIDE_EFFECTS,
        access != Access.ACCESS_PUBLIC || method.getFullMethodName().equals(LOGOUT),
        Optional.ofNullable(
            schema.getMethodDescriptor().getInputType().findFieldByName("request_id")));
  }

  /** Whether another attempt after an unknown outcome is harmless. */
  boolean repeatable() {
    return read || requestIdField.isPresent();
  }

  /** The request's own id; empty if it has none. */
  Optional<String> requestId(Message request) {
    return requestIdField
        .map(field -> (String) request.getField(field))
        .filter(given -> !given.isEmpty());
  }

  /** The request with the id in it, where the contract has a place for it. */
  @SuppressWarnings("unchecked") // A builder of Q builds a Q.
  <Q extends Message> Q with(Q request, String requestId) {
    return requestIdField
        .map(field -> (Q) request.toBuilder().setField(field, requestId).build())
        .orElse(request);
  }
}
