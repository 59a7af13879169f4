package dev.cloudlet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobResponse;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc.JobServiceBlockingStub;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.RateLimiter;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.rpc.EdgeFixture.Answer;
import dev.cloudlet.rpc.EdgeFixture.Choice;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthBlockingStub;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who gets in, from where, and how often. */
class EdgeAccessTest {
  private static final GetJobRequest REQUEST = GetJobRequest.newBuilder().setJobId("job_1").build();

  private static EdgeConfig proxies(String... trusted) {
    return EdgeFixture.config(Duration.ofSeconds(20), List.of(trusted), Optional.empty());
  }

  @Test
  void anRpcAnswersOnAllThreeWires() {
    try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()))) {
      for (String scheme : List.of("gproto", "gproto-web")) {
        assertThat(
                edge.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann")
                    .getJob(REQUEST)
                    .getJob()
                    .getId())
            .isEqualTo("job_1");
      }
      assertThat(
              edge.get("/v1/jobs/job_1", "authorization", "Bearer ann")
                  .json()
                  .path("job")
                  .path("id")
                  .asText())
          .isEqualTo("job_1");
    }
  }

  @Test
  void callsBeyondTheBudgetAreRefusedAlikeOnAllThreeWires() {
    RateLimiter full = (budget, key) -> Optional.of(Duration.ofMillis(2500));
    try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()).limiter(full))) {
      for (String scheme : List.of("gproto", "gproto-web")) {
        JobServiceBlockingStub stub =
            edge.rpc(scheme, JobServiceBlockingStub.class, "authorization", "Bearer ann");
        StatusRuntimeException refused =
            catchThrowableOfType(StatusRuntimeException.class, () -> stub.getJob(REQUEST));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(StatusDetails.reason(refused)).isEqualTo("RATE_LIMITED");
        assertThat(StatusDetails.retry(refused).orElseThrow().getRetryDelay().getSeconds())
            .isEqualTo(2);
      }
      Answer refused = edge.get("/v1/jobs/job_1", "authorization", "Bearer ann");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.reason()).isEqualTo("RATE_LIMITED");
      assertThat(refused.header("retry-after")).isEqualTo("3");
      assertThat(refused.error().path("retryAfterMs").asLong()).isEqualTo(2500);
    }
  }

  private static List<String> keysOf(EdgeConfig config, String... headers) {
    ConcurrentLinkedQueue<String> keys = new ConcurrentLinkedQueue<>();
    RateLimiter noting =
        (budget, key) -> {
          keys.add(key);
          return Optional.empty();
        };
    try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()).limiter(noting).config(config))) {
      edge.get("/v1/jobs/job_1", headers);
    }
    return List.copyOf(keys);
  }

  @Test
  void anAddressHasOneBudgetHoweverItIsWritten() {
    Set<String> keys = ConcurrentHashMap.newKeySet();
    RateLimiter noting =
        (budget, key) -> {
          keys.add(key);
          return Optional.empty();
        };
    try (EdgeFixture edge =
        new EdgeFixture(EdgeFixture.Choice.of(new NobodyLogsIn()).limiter(noting))) {
      for (String email :
          List.of("ann@example.org", "Ann@Example.ORG", " \tann@example.org\u3000")) {
        edge.post("/v1/auth:login", "{\"email\":\"" + email + "\",\"password\":\"no matter\"}");
      }
    }
    assertThat(keys).as("one for the address, one for the client").hasSize(2);
  }

  private static final class NobodyLogsIn extends AuthServiceGrpc.AuthServiceImplBase {}

  @Test
  void limitsCountTheClientThatATrustedProxyNames() {
    assertThat(keysOf(proxies("127.0.0.1"), "x-forwarded-for", "203.0.113.9"))
        .containsExactly("ip:203.0.113.9");
    assertThat(keysOf(proxies("127.0.0.0/8"), "x-forwarded-for", "203.0.113.9, 127.0.0.7"))
        .containsExactly("ip:203.0.113.9");
  }

  @Test
  void limitsDoNotBelieveWhatTheClientItselfWroteIntoTheHeader() {
    assertThat(keysOf(proxies("127.0.0.1"), "x-forwarded-for", "198.51.100.1, 203.0.113.9"))
        .containsExactly("ip:203.0.113.9");
    assertThat(
            keysOf(
                proxies("127.0.0.1"),
                "forwarded",
                "for=198.51.100.1",
                "x-forwarded-for",
                "203.0.113.9"))
        .containsExactly("ip:203.0.113.9");
  }

  @Test
  void limitsDoNotBelieveAPeerThatIsNoTrustedProxy() {
    assertThat(keysOf(proxies(), "x-forwarded-for", "203.0.113.9")).containsExactly("ip:127.0.0.1");
    assertThat(keysOf(proxies("10.0.0.0/8"), "x-forwarded-for", "203.0.113.9"))
        .containsExactly("ip:127.0.0.1");
  }

  @Test
  void aProxyThatIsNoAddressFailsTheStart() {
    assertThatThrownBy(() -> keysOf(proxies("proxy.example")))
        .hasMessageContaining("http.trusted-proxies")
        .hasMessageContaining("proxy.example");
  }

  @Test
  void metricsBehindAProxyAnswerTheTokenAndAdministratorsOnly() {
    EdgeConfig config =
        EdgeFixture.config(
            Duration.ofSeconds(20), List.of("127.0.0.1"), Optional.of(Secret.of("scraper-token")));
    try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()).config(config))) {
      // Through the proxy on this machine, though it does not say so.
      assertThat(edge.get("/metrics").status()).isEqualTo(403);
      // From another machine, as the trusted proxy tells.
      String from = "x-forwarded-for";
      String there = "203.0.113.9";
      Answer stranger = edge.get("/metrics", from, there);
      assertThat(stranger.status()).isEqualTo(403);
      assertThat(stranger.reason()).isEqualTo("PERMISSION_DENIED");
      assertThat(edge.get("/metrics", from, there, "authorization", "Bearer ann").status())
          .isEqualTo(403);
      assertThat(
              edge.get("/metrics", from, there, "authorization", "Bearer scraper-token").status())
          .isEqualTo(200);
      assertThat(edge.get("/metrics", from, there, "authorization", "Bearer root").status())
          .isEqualTo(200);
    }
  }

  private static EdgeConfig publicly(String url) {
    EdgeConfig usual = proxies();
    return new EdgeConfig(
        usual.bindAddress(),
        usual.port(),
        Optional.of(URI.create(url)),
        List.of("*"),
        usual.maxBody(),
        usual.requestTimeout(),
        usual.maxConnections(),
        usual.maxStreams(),
        usual.quietPeriod(),
        usual.stopTimeout(),
        usual.trustedProxies(),
        usual.metricsToken());
  }

  @Test
  void nobodyIsLocalWhereThePublicAddressNamesAnotherHost() {
    for (String url : List.of("https://cloud.example", "http://192.168.1.5:8080")) {
      try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()).config(publicly(url)))) {
        assertThat(edge.get("/metrics").status()).as(url).isEqualTo(403);
      }
    }
    for (String url : List.of("http://localhost:8080", "http://127.0.0.1", "http://[::1]:8080")) {
      try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()).config(publicly(url)))) {
        assertThat(edge.get("/metrics").status()).as(url).isEqualTo(200);
      }
    }
  }

  @Test
  void aPageOfAnotherSiteIsNotLocalOnAnyWire() {
    AtomicBoolean local = new AtomicBoolean();
    EdgeConfig config = publicly("http://localhost");
    try (EdgeFixture edge =
        new EdgeFixture(Choice.of(new Asked(config.localPeer(), local)).config(config))) {
      assertThat(edge.get("/metrics").status()).isEqualTo(200);
      assertThat(edge.get("/metrics", "origin", "https://evil.example").status()).isEqualTo(403);
      assertThat(edge.get("/metrics", "sec-fetch-site", "cross-site").status()).isEqualTo(403);
      String[] plain = {"authorization", "Bearer ann"};
      String[] page = {"authorization", "Bearer ann", "origin", "https://evil.example"};
      edge.get("/v1/jobs/job_1", plain);
      assertThat(local).isTrue();
      edge.get("/v1/jobs/job_1", page);
      assertThat(local).isFalse();
      for (String scheme : List.of("gproto", "gproto-web")) {
        edge.rpc(scheme, JobServiceBlockingStub.class, plain).getJob(REQUEST);
        assertThat(local).isTrue();
        edge.rpc(scheme, JobServiceBlockingStub.class, page).getJob(REQUEST);
        assertThat(local).isFalse();
      }
    }
  }

  /** Notes whether a call came from this machine. */
  private static final class Asked extends JobServiceGrpc.JobServiceImplBase {
    private final LocalPeer peer;
    private final AtomicBoolean local;

    Asked(LocalPeer peer, AtomicBoolean local) {
      this.peer = peer;
      this.local = local;
    }

    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> reply) {
      local.set(peer.made(ServiceRequestContext.current()));
      Replies.send(reply, GetJobResponse.getDefaultInstance());
    }
  }

  @Test
  void healthTellsWhetherTheProcessLivesAndWhetherItsPartsAnswer() {
    Runnable down =
        () -> {
          throw new UnavailableException("no answer", null);
        };
    try (Background background = new Background();
        EdgeFixture well = new EdgeFixture(Choice.of(new Jobs()).parts(Map.of("mongo", () -> {})));
        EdgeFixture ill = new EdgeFixture(Choice.of(new Jobs()).parts(Map.of("mongo", down)))) {
      well.probes.start(background);
      ill.probes.start(background);
      assertThat(well.get("/health/live").status()).isEqualTo(200);
      assertThat(well.get("/health/ready").json().path("status").asText()).isEqualTo("UP");
      assertThat(rpcHealth(well)).isEqualTo(ServingStatus.SERVING);
      assertThat(ill.get("/health/live").status()).isEqualTo(200);
      Answer notReady = ill.get("/health/ready");
      assertThat(notReady.status()).isEqualTo(503);
      assertThat(notReady.json().path("parts").get(0).asText()).isEqualTo("mongo");
      assertThat(rpcHealth(ill)).isEqualTo(ServingStatus.NOT_SERVING);
      well.probes.stopping();
      assertThat(well.get("/health/ready").status()).isEqualTo(503);
      assertThat(rpcHealth(well)).isEqualTo(ServingStatus.NOT_SERVING);
    }
  }

  private static ServingStatus rpcHealth(EdgeFixture edge) {
    return edge.rpc("gproto", HealthBlockingStub.class)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  @Test
  void aPreflightAnswersListedOriginsOnly() {
    try (EdgeFixture edge = new EdgeFixture(Choice.of(new Jobs()))) {
      Answer listed = preflight(edge, "https://app.example");
      assertThat(listed.status()).isEqualTo(200);
      assertThat(listed.header("access-control-allow-origin")).isEqualTo("https://app.example");
      assertThat(listed.header("access-control-allow-methods")).contains("POST");
      assertThat(listed.header("access-control-allow-headers")).contains("authorization");
      assertThat(listed.header("access-control-allow-credentials")).isEqualTo("true");
      Answer stranger = preflight(edge, "https://evil.example");
      assertThat(stranger.header("access-control-allow-origin")).isEmpty();
    }
  }

  private static Answer preflight(EdgeFixture edge, String origin) {
    return edge.send(
        HttpMethod.OPTIONS,
        "/v1/jobs/job_1:cancel",
        "",
        "",
        "origin",
        origin,
        "access-control-request-method",
        "POST",
        "access-control-request-headers",
        "authorization");
  }

  private static final class Jobs extends JobServiceGrpc.JobServiceImplBase {
    @Override
    public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> reply) {
      Replies.send(
          reply,
          GetJobResponse.newBuilder().setJob(Job.newBuilder().setId(request.getJobId())).build());
    }
  }
}
