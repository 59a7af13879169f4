package dev.cloudlet.capability;

import com.linecorp.armeria.server.ServerBuilder;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import java.util.List;

/** What a capability adds to the server. */
public interface Capability {
  /** Its gRPC services, which also become REST routes. */
  List<BindableService> services();

  /**
   * The unary methods that change nothing and are answered from what this server has in memory,
   * mostly. They are begun on the event loop, which saves more than most of them cost; one that has
   * to wait for another part after all begins anew on a thread of its own.
   */
  default List<MethodDescriptor<?, ?>> inMemory() {
    return List.of();
  }

  /** Plain HTTP routes beside the contract, such as pages and signed notifications. */
  default void routes(ServerBuilder server) {}
}
