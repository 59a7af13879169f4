package dev.cloudlet.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.ConnectOptions;
import dev.cloudlet.sdk.UnauthenticatedException;
import dev.cloudlet.standalone.seeds.PayingCustomer;
import dev.cloudlet.testkit.TestPart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Through TLS and nginx as configured in {@code gateway-config}, on every wire. */
class NginxTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PORT = NginxProcess.freePort();

  @RegisterExtension
  static final PlatformExtension platform =
      new PlatformExtension(
          "--http.trusted-proxies=127.0.0.1", "--dev.open=true", "--worker.enabled=false");

  @TempDir static Path folder;
  private static NginxProcess nginx;
  private static HttpClient http;

  @BeforeAll
  static void start() throws Exception {
    nginx = NginxProcess.start(folder, PORT, platform.baseUri());
    http = HttpClient.newBuilder().sslContext(trusting()).connectTimeout(PATIENCE).build();
  }

  @AfterAll
  static void stop() {
    if (nginx != null) {
      http.close();
      nginx.close();
    }
  }

  @AfterEach
  void nothingWasAmiss() throws IOException {
    assertThat(nginx.complaints()).doesNotContain("[error]", "[crit]", "[alert]", "[emerg]");
  }

  private static SSLContext trusting() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    byte[] pem = Files.readAllBytes(nginx.certificate().certificate());
    store.setCertificateEntry(
        "nginx",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(nginx.url().resolve(path)).timeout(PATIENCE);
  }

  private static HttpResponse<String> get(HttpClient.Version version, String path, String token)
      throws IOException, InterruptedException {
    return http.send(
        request(path).version(version).header("authorization", "Bearer " + token).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void restIsServedOverBothVersionsOfHttpWithErrorsInTheirOwnShape() throws Exception {
    String token = platform.newCustomer().token();
    for (HttpClient.Version version :
        List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
      assertThat(get(version, "/v1/wallet", token).body()).contains("\"available\"");
      HttpResponse<String> none = get(version, "/v1/jobs/job_1", token);
      assertThat(none.version()).isEqualTo(version);
      assertThat(none.statusCode()).isEqualTo(404);
      assertThat(none.body()).contains("\"reason\":\"NOT_FOUND\"");
    }
    HttpResponse<String> large =
        http.send(
            request("/v1/auth:login")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[2 << 20]))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(large.statusCode()).isEqualTo(413);
    assertThat(large.body()).startsWith("{\"error\":");
  }

  @Test
  void whatIsForTheMachineItselfIsNotForTheWorld() throws Exception {
    assertThat(get(HttpClient.Version.HTTP_2, "/metrics", "").statusCode()).isEqualTo(404);
    HttpResponse<String> clock =
        http.send(
            request("/v1/nodes").header("x-forwarded-for", "127.0.0.1").build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(clock.statusCode()).isEqualTo(401);
  }

  @Test
  void grpcIsServedWithItsErrors() {
    PlatformExtension.Customer ann = platform.newCustomer();
    ConnectOptions options =
        ConnectOptions.builder(nginx.url().toString())
            .trustedCertificates(nginx.certificate().certificate())
            .build();
    try (Cloudlet cloudlet = Cloudlet.connect(options)) {
      assertThatThrownBy(() -> cloudlet.wallet().balance())
          .isInstanceOf(UnauthenticatedException.class);
      cloudlet.login(ann.email(), ann.password());
      assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(0));
    }
  }

  @Test
  void eventsArriveWhenTheyHappen() throws Exception {
    String token = PayingCustomer.withStorage(platform);
    JsonNode made =
        platform
            .call(
                token,
                "POST",
                "/v1/videos",
                "{\"fileName\":\"a.mp4\",\"sizeBytes\":\"10\",\"contentType\":\"video/mp4\"}")
            .body();
    String video = made.path("video").path("id").asText();
    assertThat(video).as(made.toString()).startsWith("vid_");
    HttpRequest watch =
        request("/v1/videos/" + video + ":watch")
            .header("authorization", "Bearer " + token)
            .build();

    HttpResponse<Stream<String>> events = http.send(watch, HttpResponse.BodyHandlers.ofLines());
    // The watch goes on; what is read here came through although the answer has no end yet.
    try (Stream<String> lines = events.body()) {
      assertThat(lines.filter(line -> line.startsWith("data:")).findFirst().orElseThrow())
          .contains(video);
    }
  }

  private static String run(String variable, String... arguments) throws Exception {
    String program = TestPart.given(variable).orElseGet(() -> abort("NOT RUN: set " + variable));
    List<String> command = new ArrayList<>(List.of(program, "--cacert"));
    command.add(nginx.certificate().certificate().toString());
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(out);
    assertThat(ended && process.exitValue() == 0).as(said).isTrue();
    return said;
  }

  private static String authority() {
    URI url = nginx.url();
    return url.getAuthority();
  }

  @Test
  void grpcurlFindsItsWayByReflection() throws Exception {
    assertThat(run("CLOUDLET_TEST_GRPCURL", authority(), "list"))
        .contains("cloudlet.wallet.v1.PricingService", "grpc.health.v1.Health");
    assertThat(
            run(
                "CLOUDLET_TEST_GRPCURL",
                authority(),
                "cloudlet.wallet.v1.PricingService/ListPrices"))
        .contains("\"sku\"");
  }

  @Test
  void ghzGetsAnAnswerToEveryCall() throws Exception {
    String said =
        run(
            "CLOUDLET_TEST_GHZ",
            "--call=cloudlet.wallet.v1.PricingService/ListPrices",
            "--total=500",
            "--concurrency=16",
            "--connections=4",
            "--format=json",
            authority());
    JsonNode codes = new ObjectMapper().readTree(said).path("statusCodeDistribution");
    assertThat(codes.path("OK").asInt()).as(said).isEqualTo(500);
  }
}
