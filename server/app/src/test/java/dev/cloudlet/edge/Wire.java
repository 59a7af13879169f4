package dev.cloudlet.edge;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import java.net.URI;
import java.util.Optional;

/** The wires that every call of the contract can come by. */
public enum Wire {
  GRPC {
    @Override
    public <Q extends Message, S extends Message> Answer<S> call(
        URI server, MethodDescriptor<Q, S> method, Q request, Optional<String> token) {
      return GrpcWire.call(server, method, request, token);
    }
  },
  JSON {
    @Override
    public <Q extends Message, S extends Message> Answer<S> call(
        URI server, MethodDescriptor<Q, S> method, Q request, Optional<String> token) {
      return JsonWire.call(server, method, request, token);
    }
  };

  /** Makes the call; of a stream, its first message is the answer (gRPC only). */
  public abstract <Q extends Message, S extends Message> Answer<S> call(
      URI server, MethodDescriptor<Q, S> method, Q request, Optional<String> token);
}
