package dev.cloudlet.standalone;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.dev.v1.ListMessagesRequest;
import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.standalone.embedded.DataFolder;
import dev.cloudlet.standalone.observed.TraceCollector;
import dev.cloudlet.standalone.observed.TraceCollector.Collected;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.workers.transcode.FfmpegTools;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The jars that operators run: a server and a worker, each its own process, on parts at addresses.
 * Runs after the jars are packaged.
 */
class RunnableJarsIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Path SERVER = ROOT.resolve("server/app/target/cloudlet-server-all.jar");
  private static final Path WORKER = ROOT.resolve("workers/target/cloudlet-worker.jar");
  private static final Path STANDALONE =
      ROOT.resolve("server/standalone/target/cloudlet-standalone.jar");
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String JOIN_TOKEN = "join-token-of-this-test";
  private static final String OTLP_TOKEN = "token-of-the-collector";
  private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");
  private static final Pattern FORM_TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]+)\"");

  @TempDir static Path folder;
  private static final GreenMail mail =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private static final TraceCollector collector = new TraceCollector(OTLP_TOKEN);

  private final HttpClient browser = HttpClient.newHttpClient();

  @BeforeAll
  static void startMail() {
    assumeTrue(
        Files.exists(SERVER) && Files.exists(WORKER) && Files.exists(STANDALONE),
        "the jars are not packaged yet: mvn verify makes them first");
    mail.start();
  }

  @AfterAll
  static void stop() {
    mail.stop();
    collector.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.cloudlet.testkit.TestPart#ofAll")
  void aCustomersWayThroughAServerAndAWorkerThatEndWithoutLeavingAnything(TestPart part)
      throws Exception {
    mail.purgeEmailFromAllMailboxes();
    int port = freePort();
    String address = "http://127.0.0.1:" + port;
    List<ProcessHandle> seen = new ArrayList<>();
    try (OutsideParts parts = OutsideParts.start(part, folder);
        ProgramProcess server =
            ProgramProcess.ofJar(
                SERVER, folder.resolve("server.log"), serverArguments(port, parts));
        ProgramProcess worker =
            ProgramProcess.ofJar(WORKER, folder.resolve("worker.log"), workerArguments(address))) {
      server.awaitSaid("Cloudlet server at " + address, PATIENCE);
      assertThat(server.said()).contains("Administrator (shown once): admin@");
      worker.awaitSaid("Cloudlet worker 'second'", PATIENCE);

      assertThatDevelopmentAidsAreAbsent(address);
      try (Cloudlet cloudlet = Cloudlet.connect(address)) {
        customersWay(cloudlet);
      }

      for (ProgramProcess program : List.of(worker, server)) {
        seen.add(program.handle());
        program.handle().descendants().forEach(seen::add);
        program.terminate();
        program.awaitEnd(PATIENCE);
        assertThat(program.said()).contains("Stopped.");
      }
      assertThat(server.errors()).contains("request_id");
      assertThat((server.errors() + worker.errors()).lines())
          .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
      assertThat(server.errors() + server.said())
          .doesNotContain(JOIN_TOKEN, OTLP_TOKEN)
          .doesNotContain(parts.secrets());
      assertThatOneTraceGoesThroughBoth();
    }
    assertThat(seen).noneMatch(ProcessHandle::isAlive);
  }

  private static List<String> serverArguments(int port, OutsideParts parts) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--http.port=" + port,
                "--smtp.uri=smtp://127.0.0.1:" + mail.getSmtp().getPort(),
                "--master-key=" + Base64.getEncoder().encodeToString(new byte[32]),
                "--fleet.join-token=" + JOIN_TOKEN,
                "--payments.sandbox-enabled=true",
                "--telemetry.otlp-endpoint=" + collector.address(),
                "--telemetry.otlp-token=" + OTLP_TOKEN,
                "--log.format=json"));
    arguments.addAll(parts.arguments());
    return arguments;
  }

  private static void assertThatOneTraceGoesThroughBoth() {
    Map<String, Set<String>> services =
        collector.all().stream()
            .collect(groupingBy(Collected::trace, mapping(Collected::service, toSet())));
    assertThat(services.values())
        .anySatisfy(both -> assertThat(both).contains("cloudlet-server", "cloudlet-worker"));
  }

  private static List<String> workerArguments(String address) {
    return List.of(
        "--server=" + address,
        "--join-token=" + JOIN_TOKEN,
        "--name=second",
        "--advertise=127.0.0.1:0",
        "--work-folder=" + folder.resolve("work"),
        "--telemetry.otlp-endpoint=" + collector.address(),
        "--telemetry.otlp-token=" + OTLP_TOKEN,
        "--log.format=json",
        "--drain=1s");
  }

  private void assertThatDevelopmentAidsAreAbsent(String address) throws Exception {
    for (String path : List.of("/v1/dev/inbox", "/v1/dev/clock", "/inbox")) {
      assertThat(get(URI.create(address + path)).statusCode()).as(path).isEqualTo(404);
    }
    InboxServiceGrpc.InboxServiceBlockingStub inbox =
        GrpcClients.builder("gproto+" + address)
            .build(InboxServiceGrpc.InboxServiceBlockingStub.class);
    StatusRuntimeException refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            StatusRuntimeException.class,
            () -> inbox.listMessages(ListMessagesRequest.getDefaultInstance()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    Awaitility.await("ready")
        .atMost(PATIENCE)
        .until(() -> get(URI.create(address + "/health/ready")).statusCode() == 200);
  }

  private void customersWay(Cloudlet cloudlet) throws Exception {
    String email = "ann@example.com";
    String password = "correct horse battery staple";
    String registration = cloudlet.auth().register(email, password, "Ann").getRegistrationId();
    cloudlet.auth().verifyEmail(registration, mailedCode());
    cloudlet.login(email, password);

    Order order = cloudlet.payments().createOrder(Coins.of(100));
    pay(URI.create(order.getCheckoutUrl()));
    cloudlet.payments().awaitPaid(order.getId(), PATIENCE);

    cloudlet.storage().enable(1);
    Path clip = clip();
    Video video = cloudlet.videos().upload(clip);
    assertThat(video.getSourceBytes()).isEqualTo(Files.size(clip));
    Job done = cloudlet.videos().transcode(video.getId()).await(PATIENCE);
    assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(get(cloudlet.videos().playback(video.getId()).master()).body())
        .startsWith("#EXTM3U");
    assertThat(cloudlet.wallet().conservation().conserved()).isTrue();
  }

  private static String mailedCode() {
    return Awaitility.await("a mail with a code")
        .atMost(PATIENCE)
        .until(
            () ->
                Stream.of(mail.getReceivedMessages())
                    .map(message -> CODE.matcher(GreenMailUtil.getBody(message)))
                    .filter(Matcher::find)
                    .map(found -> found.group(1))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void pay(URI checkout) throws IOException, InterruptedException {
    Matcher token = FORM_TOKEN.matcher(get(checkout).body());
    assertThat(token.find()).isTrue();
    HttpResponse<String> pressed =
        browser.send(
            HttpRequest.newBuilder(checkout)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "action=pay&token="
                            + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(pressed.statusCode()).isLessThan(400);
  }

  private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
    return browser.send(
        HttpRequest.newBuilder(address).timeout(PATIENCE).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Path clip() throws Exception {
    FfmpegTools tools =
        FfmpegTools.locate(
            new FfmpegTools.Settings(
                Optional.empty(), Optional.empty(), folder.resolve("tools-of-test")));
    Path file = folder.resolve("clip.mp4");
    List<String> command = new ArrayList<>(List.of(tools.ffmpegPath().toString(), "-v", "error"));
    command.addAll(List.of("-nostdin", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2"));
    command.addAll(List.of("-f", "lavfi", "-i", "sine=f=440:d=2"));
    command.addAll(List.of("-c:v", tools.videoEncoder().option(), "-pix_fmt", "yuv420p"));
    command.addAll(List.of("-c:a", "aac", "-shortest", file.toString()));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return file;
  }

  @Test
  void theStandaloneJarIsRefusedByNameOnAFolderThatIsHeld() throws Exception {
    try (DataFolder held = DataFolder.claim(folder.resolve("data"));
        ProgramProcess standalone =
            ProgramProcess.ofJar(
                STANDALONE,
                folder.resolve("standalone.log"),
                List.of("--data.folder=" + held.path(), "--http.port=0"))) {
      assertThat(standalone.awaitEnd(PATIENCE)).isEqualTo(2);
      assertThat(standalone.errors())
          .hasLineCount(1)
          .contains("held by process " + ProcessHandle.current().pid());
    }
  }
}
