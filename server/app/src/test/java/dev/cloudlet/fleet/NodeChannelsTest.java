package dev.cloudlet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.testkit.TestCertificate;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls to a node over TLS and without. */
class NodeChannelsTest {
  @TempDir Path folder;
  private Server node;

  @AfterEach
  void stop() {
    node.stop().join();
  }

  private static final class Worker extends TranscodeServiceGrpc.TranscodeServiceImplBase {
    @Override
    public void cancelTranscode(
        CancelTranscodeRequest request, StreamObserver<CancelTranscodeResponse> out) {
      out.onNext(CancelTranscodeResponse.newBuilder().setWasRunning(true).build());
      out.onCompleted();
    }
  }

  private static final class Tokens implements NodeTokens {
    @Override
    public Secret signNodeToken(NodeId nodeId, Duration ttl) {
      return Secret.of("node");
    }

    @Override
    public Secret signServerToken(NodeId nodeId) {
      return Secret.of("server");
    }

    @Override
    public String jwks() {
      return "{}";
    }
  }

  private String start(Optional<TestCertificate> certificate) {
    SessionProtocol protocol =
        certificate.isPresent() ? SessionProtocol.HTTPS : SessionProtocol.HTTP;
    ServerBuilder builder =
        HttpServer.builder()
            .port(new ServerPort(new InetSocketAddress("127.0.0.1", 0), protocol))
            .service(GrpcService.builder().addService(new Worker()).build());
    certificate.ifPresent(own -> builder.tls(own.certificate().toFile(), own.key().toFile()));
    node = builder.build();
    node.start().join();
    return (certificate.isPresent() ? "https://" : "") + "127.0.0.1:" + node.activeLocalPort();
  }

  private static boolean call(String address, Optional<Path> authorities) {
    try (NodeChannels channels = new NodeChannels(new Tokens(), authorities)) {
      Node there =
          new Node(
              new NodeId("nod_1"),
              new InstanceId("instance"),
              "a",
              Optional.of("a"),
              address,
              List.of(NodeRole.NODE_ROLE_TRANSCODE),
              1,
              1,
              Node.State.ONLINE,
              Instant.EPOCH,
              "1",
              Instant.EPOCH);
      return TranscodeServiceGrpc.newBlockingStub(channels.to(there))
          .cancelTranscode(
              CancelTranscodeRequest.newBuilder().setJobId("job_1").setAttempt(1).build())
          .getWasRunning();
    }
  }

  @Test
  void aNodeWithoutTlsIsCalledAsItIs() {
    assertThat(call(start(Optional.empty()), Optional.empty())).isTrue();
  }

  @Test
  void aNodeOverTlsIsCalledWhenItsCertificateIsVouchedFor() {
    TestCertificate own = TestCertificate.in(folder);
    assertThat(call(start(Optional.of(own)), Optional.of(own.certificate()))).isTrue();
  }

  @Test
  void aNodeWhoseCertificateNobodyVouchesForIsNotCalled() {
    String address = start(Optional.of(TestCertificate.in(folder)));
    assertThatThrownBy(() -> call(address, Optional.empty()))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void aNodeThatAdvertisesTlsAndHasNoneIsNotCalled() {
    String address = "https://" + start(Optional.empty());
    assertThatThrownBy(() -> call(address, Optional.empty()))
        .isInstanceOf(StatusRuntimeException.class);
  }
}
