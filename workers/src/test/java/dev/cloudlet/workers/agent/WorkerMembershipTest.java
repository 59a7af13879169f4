package dev.cloudlet.workers.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import com.linecorp.armeria.client.BlockingWebClient;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.launch.Program;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.testkit.TestCertificate;
import dev.cloudlet.workers.runtime.AttemptBoard;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a worker comes to be a node, stays one, and what it shows of that. */
class WorkerMembershipTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Optional<FakePlatform> platform = Optional.empty();
  private final ClientFactory clients = ClientFactory.builder().build();
  private Optional<WorkerAgent> agent = Optional.empty();

  @AfterEach
  void stop() {
    clients.close();
    agent.ifPresent(WorkerAgent::close);
    platform.ifPresent(FakePlatform::close);
  }

  private FakePlatform platform(Optional<TestCertificate> certificate) throws Exception {
    FakePlatform made = new FakePlatform(certificate);
    platform = Optional.of(made);
    return made;
  }

  private WorkerConfig config(
      Optional<String> name, String advertise, Optional<TestCertificate> own, boolean trusts) {
    return config(name, advertise, own, trusts, Optional.empty());
  }

  private WorkerConfig config(
      Optional<String> name,
      String advertise,
      Optional<TestCertificate> own,
      boolean trusts,
      Optional<Secret> metricsToken) {
    return new WorkerConfig(
        URI.create(platform.orElseThrow().address()),
        Secret.of("join-token-of-tests"),
        name,
        advertise,
        1,
        folder.resolve("work"),
        Duration.ofSeconds(2),
        Optional.empty(),
        Optional.empty(),
        own.map(TestCertificate::certificate),
        own.map(TestCertificate::key),
        own.filter(known -> trusts).map(TestCertificate::certificate),
        metricsToken,
        LogConfig.standard(),
        dev.cloudlet.kernel.telemetry.TelemetryConfig.off());
  }

  private WorkerAgent start(WorkerConfig config) {
    WorkerAgent started = WorkerAgent.start(config);
    agent = Optional.of(started);
    return started;
  }

  private WorkerAgent start() {
    return start(config(Optional.empty(), "127.0.0.1:0", Optional.empty(), false));
  }

  private String web() {
    return "http://127.0.0.1:" + agent.orElseThrow().port();
  }

  private BlockingWebClient client() {
    return WebClient.builder(web()).factory(clients).build().blocking();
  }

  private HttpStatus status(String path) {
    return client().get(path).status();
  }

  private ServingStatus health() {
    return GrpcClients.builder("gproto+" + web())
        .factory(clients)
        .build(HealthGrpc.HealthBlockingStub.class)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private TranscodeServiceGrpc.TranscodeServiceBlockingStub stub() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + platform.orElseThrow().tokenFor(FakePlatform.NODE_ID));
    return GrpcClients.builder("gproto+" + web())
        .factory(clients)
        .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
        .build(TranscodeServiceGrpc.TranscodeServiceBlockingStub.class);
  }

  private Status.Code transcode() {
    try {
      stub()
          .transcode(
              TranscodeRequest.newBuilder()
                  .setJobId("job_1")
                  .setAttempt(1)
                  .setSourceUrl("http://127.0.0.1:1/none")
                  .setSourceBytes(1)
                  .addHeights(360)
                  .setDeadline(
                      Timestamp.newBuilder()
                          .setSeconds(Instant.now().plusSeconds(60).getEpochSecond()))
                  .build())
          .hasNext();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @Test
  void aWorkerWithoutANameIsCalledAfterItsHostAndPort() throws Exception {
    FakePlatform server = platform(Optional.empty());
    assertThat(start().awaitRegistered(SOON)).isTrue();
    RegisterNodeRequest said = server.registrations.getFirst();
    assertThat(said.getName()).endsWith("-" + agent.orElseThrow().port()).hasSizeGreaterThan(6);
    assertThat(said.getInstance()).hasSizeGreaterThanOrEqualTo(16);
    assertThat(config(Optional.empty(), "w:1", Optional.empty(), false).nameOn("ho_st!.x", 9))
        .isEqualTo("ho-st-.x-9");
  }

  @Test
  void aWorkerWhoseNameAnotherProcessTookStopsTakingWorkForGood() throws Exception {
    FakePlatform server = platform(Optional.empty());
    assertThat(start().awaitRegistered(SOON)).isTrue();
    await().atMost(SOON).until(() -> health() == ServingStatus.SERVING);
    server.replaced = true;
    await().atMost(SOON).until(() -> health() == ServingStatus.NOT_SERVING);
    assertThat(transcode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    int beats = server.beats.get();
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> server.beats.get() == beats);
    assertThat(server.registrations).hasSize(1);
    assertThat(status("/health/ready")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertThat(status("/health/live")).isEqualTo(HttpStatus.OK);
  }

  @Test
  void anAnswerThatCannotBeReadIsFollowedByAnotherRound() throws Exception {
    FakePlatform server = platform(Optional.empty());
    server.brokenKeys.set(2);
    assertThat(start().awaitRegistered(SOON)).isTrue();
    await().atMost(SOON).until(() -> status("/health/ready").equals(HttpStatus.OK));
    assertThat(server.registrations.size()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aWorkerShowsItsHealthAndItsMeasures() throws Exception {
    platform(Optional.empty());
    assertThat(start().awaitRegistered(SOON)).isTrue();
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
    assertThat(status("/health/live")).isEqualTo(HttpStatus.OK);
    AggregatedHttpResponse metrics = client().get("/metrics");
    assertThat(metrics.contentUtf8())
        .contains(
            "cloudlet_worker_slots 1.0",
            "cloudlet_worker_slots_free 1.0",
            "cloudlet_worker_ready 1.0");
    assertThat(
            stub()
                .cancelTranscode(
                    CancelTranscodeRequest.newBuilder().setJobId("job_1").setAttempt(1).build())
                .getWasRunning())
        .isFalse();
    await()
        .atMost(SOON)
        .until(() -> client().get("/metrics").contentUtf8().contains("cloudlet_rpc_seconds"));
  }

  private HttpStatus metrics(String... headers) {
    RequestHeadersBuilder request = RequestHeaders.builder(HttpMethod.GET, "/metrics");
    for (int i = 0; i < headers.length; i += 2) {
      request.add(headers[i], headers[i + 1]);
    }
    return client().execute(request.build()).status();
  }

  @Test
  void metricsOfAWorkerAnswerItsMachineAndTheTokenOnly() throws Exception {
    platform(Optional.empty());
    start(
        config(
            Optional.empty(),
            "worker.invalid:0",
            Optional.empty(),
            false,
            Optional.of(Secret.of("scraper-token"))));
    // What comes through a proxy stands for what comes from another machine.
    String from = "x-forwarded-for";
    String there = "203.0.113.9";
    assertThat(metrics()).isEqualTo(HttpStatus.OK);
    assertThat(metrics(from, there)).isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(metrics(from, there, "authorization", "Bearer guessed"))
        .isEqualTo(HttpStatus.FORBIDDEN);
    assertThat(metrics(from, there, "authorization", "Bearer scraper-token"))
        .isEqualTo(HttpStatus.OK);
  }

  @Test
  void metricsOfAWorkerWithoutATokenAnswerItsMachineOnly() throws Exception {
    platform(Optional.empty());
    start();
    assertThat(metrics()).isEqualTo(HttpStatus.OK);
    assertThat(metrics("x-forwarded-for", "203.0.113.9", "authorization", "Bearer "))
        .isEqualTo(HttpStatus.FORBIDDEN);
  }

  @Test
  void theGreetingNamesTheWorkerAsTheFleetDoes() throws Exception {
    FakePlatform server = platform(Optional.empty());
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (Program.Running running =
        new WorkerMain().start(config(Optional.empty(), "127.0.0.1:0", Optional.empty(), false))) {
      await().atMost(SOON).until(() -> !server.registrations.isEmpty());
      running.greet(new PrintStream(said, true, StandardCharsets.UTF_8));
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("Cloudlet worker '" + server.registrations.getFirst().getName() + "' at ");
  }

  private static InstantSource breakingTwice() {
    AtomicInteger reads = new AtomicInteger();
    return () -> {
      if (reads.incrementAndGet() <= 2) {
        throw new StackOverflowError("of this test");
      }
      return Instant.now();
    };
  }

  @Test
  void anErrorInARoundIsFollowedByAnotherRound() throws Exception {
    FakePlatform server = platform(Optional.empty());
    WorkerConfig config = config(Optional.empty(), "127.0.0.1:1", Optional.empty(), false);
    NodeStanding standing = new NodeStanding();
    ServerCalls calls = new ServerCalls(config.server(), Optional.empty());
    Membership membership =
        new Membership(
            calls,
            new ServerKeys(InstantSource.system(), () -> {}),
            new AttemptBoard(1, InstantSource.system(), () -> {}),
            Membership.request(
                config,
                new Membership.Identity(new InstanceId("ins_1"), "breaking", "127.0.0.1:1", "1")),
            breakingTwice(),
            new Nudges(),
            standing);
    Thread member =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    membership.loop();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    try {
      await().atMost(SOON).until(() -> server.beats.get() > 0 && standing.isReady());
      assertThat(server.registrations).hasSizeGreaterThanOrEqualTo(3);
    } finally {
      member.interrupt();
      member.join(SOON);
      calls.close();
    }
  }

  @Test
  void aWorkerWhoseServerIsAwayLivesAndIsNotReady() throws Exception {
    FakePlatform server = platform(Optional.empty());
    assertThat(start().awaitRegistered(SOON)).isTrue();
    server.close();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> status("/health/ready").equals(HttpStatus.SERVICE_UNAVAILABLE));
    assertThat(status("/health/live")).isEqualTo(HttpStatus.OK);
  }

  @Test
  void workerAndServerTalkOverTlsWithAPrivateAuthority() throws Exception {
    TestCertificate own = TestCertificate.in(folder);
    FakePlatform server = platform(Optional.of(own));
    WorkerAgent worker =
        start(config(Optional.of("secure"), "https://127.0.0.1:0", Optional.of(own), true));
    assertThat(worker.awaitRegistered(SOON)).isTrue();
    assertThat(server.registrations.getFirst().getAddress())
        .isEqualTo("https://127.0.0.1:" + worker.port());
    try (ClientFactory trusting =
        ClientFactory.builder()
            .tlsCustomizer(context -> context.trustManager(own.certificate().toFile()))
            .build()) {
      TranscodeServiceGrpc.TranscodeServiceBlockingStub stub =
          GrpcClients.builder("gproto+https://127.0.0.1:" + worker.port())
              .factory(trusting)
              .build(TranscodeServiceGrpc.TranscodeServiceBlockingStub.class);
      CancelTranscodeRequest cancel =
          CancelTranscodeRequest.newBuilder().setJobId("job_1").setAttempt(1).build();
      assertThatThrownBy(() -> stub.cancelTranscode(cancel))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
    }
  }

  @Test
  void aServerWhoseCertificateNobodyVouchesForIsNotJoined() throws Exception {
    TestCertificate own = TestCertificate.in(folder);
    FakePlatform server = platform(Optional.of(own));
    WorkerAgent worker =
        start(config(Optional.of("secure"), "https://127.0.0.1:0", Optional.of(own), false));
    assertThat(worker.awaitRegistered(Duration.ofSeconds(3))).isFalse();
    assertThat(server.registrations).isEmpty();
  }

  @Test
  void aCertificateThatIsNotAdvertisedOrHasNoKeyIsRefused() throws Exception {
    platform(Optional.empty());
    TestCertificate own = TestCertificate.in(folder);
    assertThatThrownBy(() -> config(Optional.empty(), "127.0.0.1:0", Optional.of(own), false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
