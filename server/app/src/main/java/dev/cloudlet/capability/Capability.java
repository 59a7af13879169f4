package dev.cloudlet.capability;

import com.linecorp.armeria.server.ServerBuilder;
import io.grpc.BindableService;
import java.util.List;

/** What a capability adds to the server. */
public interface Capability {
  /** Its gRPC services, which also become REST routes. */
  List<BindableService> services();

  /** Plain HTTP routes beside the contract, such as pages and signed notifications. */
  default void routes(ServerBuilder server) {}
}
