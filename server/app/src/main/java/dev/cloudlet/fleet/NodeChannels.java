package dev.cloudlet.fleet;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.rpc.TracedCalls;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One channel per node, with a fresh server token on every call. Streams have no time limit of
 * their own: a ping on each connection finds peers that are gone, and callers bring deadlines.
 */
final class NodeChannels implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration PING = Duration.ofSeconds(10);
  private static final Duration IDLE = Duration.ofSeconds(60);

  private static final String TLS = "https://";

  private final NodeTokens tokens;
  private final ClientFactory clients;
  // Bounded by the fleet; every sweep drops the entries of nodes that are gone.
  private final ConcurrentHashMap<NodeId, Held> channels = new ConcurrentHashMap<>();

  private record Held(String address, Channel channel) {}

  /**
   * @param authorities certificates (PEM) that nodes over TLS are checked with, in place of the
   *     system's
   */
  NodeChannels(NodeTokens tokens, Optional<Path> authorities) {
    this.tokens = tokens;
    ClientFactoryBuilder builder =
        ClientFactory.builder().connectTimeout(CONNECT).pingInterval(PING).idleTimeout(IDLE);
    authorities.ifPresent(
        file -> builder.tlsCustomizer(context -> context.trustManager(file.toFile())));
    this.clients = builder.build();
  }

  /** The {@code host:port} of a node's address. */
  static String authority(String address) {
    return address.startsWith(TLS) ? address.substring(TLS.length()) : address;
  }

  /** The channel to the node at its present address. */
  Channel to(Node node) {
    return channels
        .compute(
            node.id(),
            (id, held) ->
                held != null && held.address().equals(node.address())
                    ? held
                    : new Held(node.address(), open(id, node.address())))
        .channel();
  }

  private Channel open(NodeId nodeId, String address) {
    String scheme = address.startsWith(TLS) ? "gproto+h2://" : "gproto+h2c://";
    return GrpcClients.builder(scheme + authority(address) + "/")
        .factory(clients)
        .responseTimeout(Duration.ZERO)
        .writeTimeout(PING)
        .intercept(new TokenOfServer(tokens, nodeId), new TracedCalls())
        .build(TranscodeServiceGrpc.TranscodeServiceStub.class)
        .getChannel();
  }

  /** The node is gone; its idle connection closes by itself. */
  void drop(NodeId id) {
    channels.remove(id);
  }

  /**
   * Drops all but those. What is dropped in error, because its node came in that moment, is opened
   * again.
   */
  void retain(Set<NodeId> there) {
    channels.keySet().retainAll(there);
  }

  /** How many are held. */
  int size() {
    return channels.size();
  }

  @Override
  public void close() {
    channels.clear();
    clients.close();
  }

  private record TokenOfServer(NodeTokens tokens, NodeId nodeId) implements ClientInterceptor {
    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(
        MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<S> listener, Metadata headers) {
          headers.put(AUTHORIZATION, "Bearer " + tokens.signServerToken(nodeId).reveal());
          super.start(listener, headers);
        }
      };
    }
  }
}
