package dev.cloudlet.kernel.rpc;

import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.AccessProto;
import dev.cloudlet.api.common.v1.RateClass;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the contract declares beside one rpc.
 *
 * @param fullName such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
 * @param access who may call
 * @param rateClass which budget it draws on
 * @param mutation whether it changes anything
 * @param requestIdField the {@code request_id} field of its request
 */
public record MethodPolicy(
    String fullName,
    Access access,
    RateClass rateClass,
    boolean mutation,
    Optional<FieldDescriptor> requestIdField) {
  /** Services of the platform's own protos begin with this; health and reflection do not. */
  public static final String OWN_PACKAGE = "cloudlet.";

  // One entry per rpc of the contract.
  private static final ConcurrentHashMap<String, MethodPolicy> KNOWN = new ConcurrentHashMap<>();

  /** Reads the declaration of {@code method}. */
  public static MethodPolicy of(io.grpc.MethodDescriptor<?, ?> method) {
    return KNOWN.computeIfAbsent(method.getFullMethodName(), name -> read(name, method));
  }

  private static MethodPolicy read(String name, io.grpc.MethodDescriptor<?, ?> method) {
    if (!name.startsWith(OWN_PACKAGE)) {
      return new MethodPolicy(
          name, Access.ACCESS_PUBLIC, RateClass.RATE_CLASS_UNSPECIFIED, false, Optional.empty());
    }
    if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier proto)) {
      throw new IllegalStateException(name + " has no descriptor, so nothing says who may call it");
    }
    return of(proto.getMethodDescriptor());
  }

  /** Reads the declaration of {@code method}; one without access fails. */
  public static MethodPolicy of(MethodDescriptor method) {
    String name = method.getService().getFullName() + "/" + method.getName();
    Access access = method.getOptions().getExtension(AccessProto.access);
    if (access == Access.ACCESS_UNSPECIFIED || access == Access.UNRECOGNIZED) {
      throw new IllegalStateException(name + " does not declare (cloudlet.common.v1.access)");
    }
    boolean mutation =
        method.getOptions().getIdempotencyLevel() != IdempotencyLevel.NO_SIDE_EFFECTS;
    Optional<FieldDescriptor> requestId =
        Optional.ofNullable(method.getInputType().findFieldByName("request_id"));
    return new MethodPolicy(
        name, access, method.getOptions().getExtension(AccessProto.rateClass), mutation, requestId);
  }
}
