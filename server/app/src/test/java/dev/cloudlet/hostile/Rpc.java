package dev.cloudlet.hostile;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.edge.RestForm;
import dev.cloudlet.kernel.rpc.MethodPolicy;
import dev.cloudlet.rpc.SampleRequests;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * One registered rpc, as its descriptor tells it.
 *
 * @param method the descriptor
 */
record Rpc(MethodDescriptor method) {

  /** Every rpc of these services; those that move time come last. */
  static List<Rpc> all(List<BindableService> services) {
    return services.stream()
        .flatMap(service -> service.bindService().getMethods().stream())
        .map(ServerMethodDefinition::getMethodDescriptor)
        .map(method -> Objects.requireNonNull(method.getSchemaDescriptor()))
        .map(schema -> new Rpc(((ProtoMethodDescriptorSupplier) schema).getMethodDescriptor()))
        .sorted(Comparator.comparing(Rpc::movesTime).thenComparing(Rpc::name))
        .toList();
  }

  String name() {
    return method.getService().getFullName() + "/" + method.getName();
  }

  String path() {
    return "/" + name();
  }

  Access access() {
    return MethodPolicy.of(method).access();
  }

  /** Whether it makes everybody's codes and tokens old. */
  boolean movesTime() {
    return name().endsWith("ClockService/AdvanceTime");
  }

  boolean streaming() {
    return method.isServerStreaming();
  }

  HttpRule rule() {
    return method.getOptions().getExtension(AnnotationsProto.http);
  }

  boolean hasRoute() {
    return rule().getPatternCase() != HttpRule.PatternCase.PATTERN_NOT_SET;
  }

  boolean takesBody() {
    return !rule().getBody().isEmpty();
  }

  /**
   * A request that breaks no declared rule; without a {@code request_id}, under which another body
   * would be refused.
   */
  Message sample() {
    Message sample = SampleRequests.of(method.getInputType());
    FieldDescriptor id = method.getInputType().findFieldByName("request_id");
    return id == null ? sample : sample.toBuilder().clearField(id).build();
  }

  RestForm rest(Message request) {
    return RestForm.of(rule(), request);
  }

  /** The request of this JSON. */
  Message parse(String json) {
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    try {
      JsonFormat.parser().merge(json, request);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(json, e);
    }
    return request.build();
  }

  @Override
  public String toString() {
    return name().substring(name().lastIndexOf('.') + 1);
  }
}
