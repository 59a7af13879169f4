package dev.cloudlet.edge;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Calls over gRPC and TCP. */
final class GrpcWire {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private GrpcWire() {}

  static <Q extends Message, S extends Message> Answer<S> call(
      URI server, MethodDescriptor<Q, S> method, Q request, Optional<String> token) {
    Channel channel = channel(server, method, token);
    try {
      if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
        return new Answer.Done<>(
            ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, request)
                .next());
      }
      return new Answer.Done<>(
          ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request));
    } catch (StatusRuntimeException e) {
      return refusal(e);
    }
  }

  private static Channel channel(
      URI server, MethodDescriptor<?, ?> method, Optional<String> token) {
    Metadata headers = new Metadata();
    token.ifPresent(bearer -> headers.put(AUTHORIZATION, "Bearer " + bearer));
    Channel plain =
        GrpcClients.builder("gproto+h2c://" + server.getAuthority() + "/")
            .responseTimeout(Duration.ofSeconds(30))
            .build(stub(method))
            .getChannel();
    return ClientInterceptors.intercept(plain, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  // The client library wants the generated stub of the service; the contract says where it is.
  private static Class<? extends AbstractBlockingStub<?>> stub(MethodDescriptor<?, ?> method) {
    var service =
        ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
            .getServiceDescriptor();
    String outer =
        service.getFile().getOptions().getJavaPackage() + "." + service.getName() + "Grpc";
    try {
      @SuppressWarnings("unchecked")
      Class<? extends AbstractBlockingStub<?>> stub =
          (Class<? extends AbstractBlockingStub<?>>)
              Class.forName(outer + "$" + service.getName() + "BlockingStub");
      return stub;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <S> Answer<S> refusal(StatusRuntimeException failure) {
    String reason = "";
    Map<String, String> metadata = Map.of();
    List<String> fields = new ArrayList<>();
    var status = StatusProto.fromThrowable(failure);
    try {
      for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          reason = detail.unpack(ErrorInfo.class).getReason();
          metadata = detail.unpack(ErrorInfo.class).getMetadataMap();
        } else if (detail.is(BadRequest.class)) {
          detail
              .unpack(BadRequest.class)
              .getFieldViolationsList()
              .forEach(each -> fields.add(each.getField()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    String message = Optional.ofNullable(failure.getStatus().getDescription()).orElse("");
    return new Answer.Refused<>(failure.getStatus().getCode(), reason, message, fields, metadata);
  }
}
