package dev.cloudlet.workers.agent;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.google.protobuf.Timestamp;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.cloudlet.api.fleet.v1.DeregisterNodeRequest;
import dev.cloudlet.api.fleet.v1.DeregisterNodeResponse;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatResponse;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.SignDownloadRequest;
import dev.cloudlet.api.fleet.v1.SignDownloadResponse;
import dev.cloudlet.api.fleet.v1.SignUploadsRequest;
import dev.cloudlet.api.fleet.v1.SignUploadsResponse;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.testkit.TestCertificate;
import io.grpc.stub.StreamObserver;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The platform as a worker sees it, small: it admits nodes, signs addresses of its own file store,
 * and keeps what is put there.
 */
final class FakePlatform implements AutoCloseable {
  static final String NODE_ID = "nod_1";

  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final List<String> puts = new CopyOnWriteArrayList<>();
  final List<RegisterNodeRequest> registrations = new CopyOnWriteArrayList<>();
  final AtomicInteger beats = new AtomicInteger();
  final AtomicInteger failingPuts = new AtomicInteger();
  final AtomicInteger failingGets = new AtomicInteger();
  volatile boolean known = true;
  volatile boolean replaced;
  final AtomicInteger brokenKeys = new AtomicInteger();
  volatile boolean deregistered;
  private final KeyPair keys;
  private final Server server;
  private final boolean tls;

  FakePlatform() throws GeneralSecurityException {
    this(Optional.empty());
  }

  FakePlatform(Optional<TestCertificate> certificate) throws GeneralSecurityException {
    tls = certificate.isPresent();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    keys = generator.generateKeyPair();
    ServerBuilder builder =
        HttpServer.builder()
            .port(
                new ServerPort(
                    new InetSocketAddress("127.0.0.1", 0),
                    tls ? SessionProtocol.HTTPS : SessionProtocol.HTTP))
            .maxRequestLength(0)
            .service(
                GrpcService.builder()
                    .addService(new FakeNodes())
                    .addService(new FakeTasks())
                    .build())
            .serviceUnder("/store", this::store);
    certificate.ifPresent(own -> builder.tls(own.certificate().toFile(), own.key().toFile()));
    server = builder.build();
    server.start().join();
  }

  String address() {
    return (tls ? "https" : "http") + "://127.0.0.1:" + server.activeLocalPort();
  }

  String tokenFor(String audience) {
    return JWT.create()
        .withKeyId("k1")
        .withSubject("server")
        .withAudience(audience)
        .withExpiresAt(Instant.now().plus(Duration.ofMinutes(1)))
        .sign(Algorithm.ECDSA256((ECPublicKey) keys.getPublic(), (ECPrivateKey) keys.getPrivate()));
  }

  private String jwks() {
    ECPublicKey key = (ECPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k1\",\"x\":\""
        + coordinate(key.getW().getAffineX())
        + "\",\"y\":\""
        + coordinate(key.getW().getAffineY())
        + "\"}]}";
  }

  private static String coordinate(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed);
  }

  private static boolean failsNow(AtomicInteger failures) {
    return failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  private HttpResponse store(ServiceRequestContext context, HttpRequest request) {
    String path = context.mappedPath().substring(1);
    if (request.method() == HttpMethod.GET) {
      byte[] file = files.get(path);
      return file == null || failsNow(failingGets)
          ? HttpResponse.of(HttpStatus.FORBIDDEN)
          : HttpResponse.of(HttpStatus.OK, MediaType.OCTET_STREAM, HttpData.wrap(file));
    }
    return HttpResponse.of(
        request
            .aggregate()
            .thenApply(
                whole -> {
                  if (failsNow(failingPuts)) {
                    return HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE);
                  }
                  files.put(path, whole.content().array());
                  puts.add(path);
                  return HttpResponse.of(HttpStatus.OK);
                }));
  }

  @Override
  public void close() {
    server.stop().join();
  }

  private final class FakeNodes extends NodeServiceGrpc.NodeServiceImplBase {
    @Override
    public void registerNode(
        RegisterNodeRequest request, StreamObserver<RegisterNodeResponse> observer) {
      registrations.add(request);
      known = true;
      observer.onNext(
          RegisterNodeResponse.newBuilder()
              .setNodeId(NODE_ID)
              .setNodeToken("node-token")
              .setExpireTime(
                  Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond() + 3600))
              .setServerJwks(failsNow(brokenKeys) ? "no keys at all" : jwks())
              .setHeartbeatIntervalMs(100)
              .build());
      observer.onCompleted();
    }

    @Override
    public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
      beats.incrementAndGet();
      observer.onNext(HeartbeatResponse.newBuilder().setKnown(known).setReplaced(replaced).build());
      observer.onCompleted();
    }

    @Override
    public void deregisterNode(
        DeregisterNodeRequest request, StreamObserver<DeregisterNodeResponse> observer) {
      deregistered = true;
      observer.onNext(DeregisterNodeResponse.getDefaultInstance());
      observer.onCompleted();
    }
  }

  private final class FakeTasks extends TaskServiceGrpc.TaskServiceImplBase {
    @Override
    public void signUploads(
        SignUploadsRequest request, StreamObserver<SignUploadsResponse> observer) {
      SignUploadsResponse.Builder response = SignUploadsResponse.newBuilder();
      for (OutputFile file : request.getFilesList()) {
        response.addUploads(
            SignedUpload.newBuilder()
                .setPath(file.getPath())
                .setUrl(address() + "/store/" + request.getAttempt() + "/" + file.getPath())
                .putHeaders("content-type", file.getContentType())
                .putHeaders("Content-Length", Long.toString(file.getSizeBytes())));
      }
      observer.onNext(response.build());
      observer.onCompleted();
    }

    @Override
    public void signDownload(
        SignDownloadRequest request, StreamObserver<SignDownloadResponse> observer) {
      observer.onNext(
          SignDownloadResponse.newBuilder().setUrl(address() + "/store/source").build());
      observer.onCompleted();
    }
  }
}
