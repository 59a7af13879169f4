package dev.cloudlet.workers.agent;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.fleet.v1.DeregisterNodeRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatResponse;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.SignDownloadRequest;
import dev.cloudlet.api.fleet.v1.SignUploadsRequest;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.TracedCalls;
import dev.cloudlet.workers.runtime.TaskKey;
import dev.cloudlet.workers.runtime.TaskSigner;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The node's calls to the server, each with the node's token once there is one. */
final class ServerCalls implements TaskSigner, AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final NodeServiceGrpc.NodeServiceBlockingStub nodes;
  private final TaskServiceGrpc.TaskServiceBlockingStub tasks;
  // Its own, so that a node that stops leaves no connection behind.
  private final ClientFactory connections;
  private volatile Optional<Secret> token = Optional.empty();

  /**
   * @param authorities certificates that an https server is checked with, in place of the system's
   */
  ServerCalls(URI server, Optional<Path> authorities) {
    ClientFactoryBuilder builder = ClientFactory.builder();
    authorities.ifPresent(
        file -> builder.tlsCustomizer(context -> context.trustManager(file.toFile())));
    connections = builder.build();
    nodes = client(server).build(NodeServiceGrpc.NodeServiceBlockingStub.class);
    tasks = client(server).build(TaskServiceGrpc.TaskServiceBlockingStub.class);
  }

  private GrpcClientBuilder client(URI server) {
    return GrpcClients.builder("gproto+" + server)
        .factory(connections)
        .responseTimeout(LIMIT)
        .writeTimeout(LIMIT)
        .intercept(new TokenOfNode(), new TracedCalls());
  }

  RegisterNodeResponse register(RegisterNodeRequest request) {
    token = Optional.empty();
    RegisterNodeResponse response = nodes.registerNode(request);
    token = Optional.of(Secret.of(response.getNodeToken()));
    return response;
  }

  HeartbeatResponse heartbeat(HeartbeatRequest request) {
    return nodes.heartbeat(request);
  }

  void deregister() {
    nodes.deregisterNode(DeregisterNodeRequest.getDefaultInstance());
  }

  @Override
  public List<SignedUpload> signUploads(TaskKey task, List<OutputFile> files) {
    return tasks
        .signUploads(
            SignUploadsRequest.newBuilder()
                .setJobId(task.jobId().value())
                .setAttempt(task.attempt())
                .addAllFiles(files)
                .build())
        .getUploadsList();
  }

  @Override
  public URI signDownload(TaskKey task) {
    return URI.create(
        tasks
            .signDownload(
                SignDownloadRequest.newBuilder()
                    .setJobId(task.jobId().value())
                    .setAttempt(task.attempt())
                    .build())
            .getUrl());
  }

  @Override
  public void close() {
    connections.close();
  }

  private final class TokenOfNode implements ClientInterceptor {
    @Override
    public <Q, S> ClientCall<Q, S> interceptCall(
        MethodDescriptor<Q, S> method, CallOptions options, Channel next) {
      return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void start(Listener<S> listener, Metadata headers) {
          token.ifPresent(secret -> headers.put(AUTHORIZATION, "Bearer " + secret.reveal()));
          super.start(listener, headers);
        }
      };
    }
  }
}
