package dev.cloudlet.standalone.observed;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMailUtil;
import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.cloudlet.kernel.redis.RedisConnection;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A secret comes out nowhere: it was planted in every place that takes or gives one, a journey and
 * every kind of failure were run, and then everything that leaves the process or stays on its disk
 * is searched. Each test names what was found where, never the secret itself.
 */
@Isolated
class SecretsTest {
  private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]{10,}\\.[\\w-]{10,}");

  @RegisterExtension static final Observed OBSERVED = new Observed();

  private static ObservedRun run;
  private static RefusedCalls refused;

  @BeforeAll
  static void provokeFailures() {
    run = OBSERVED.run();
    refused = new RefusedCalls(run);
    refused.provoke();
  }

  @Test
  void everyKindOfSecretWasPlanted() {
    assertThat(run.planted.kinds().stream().map(kind -> kind.replaceAll(" #\\d+$", "")).distinct())
        .containsExactlyInAnyOrder(
            "password",
            "one-time code",
            "access token",
            "refresh token",
            "cookie",
            "token of the checkout's form",
            "secret key",
            "signature of an address",
            "playback token",
            "metrics token",
            "collector's token",
            "password of Redis",
            "password of the mail server",
            "master key",
            "join token",
            "sandbox secret",
            "signature of a webhook",
            "token of a stranger");
  }

  @Test
  void theSearchFindsWhatIsThere() {
    assertThat(run.planted.in("... " + run.metricsToken + " ...")).isNotEmpty();
    assertThat(run.planted.in(run.metricsToken.getBytes(StandardCharsets.UTF_8))).isNotEmpty();
  }

  @Test
  void noneIsInTheLogInEitherForm() {
    assertThat(run.log.text()).hasSizeGreaterThan(50);
    for (String line : run.log.text()) {
      assertThat(run.planted.in(line)).as(() -> kindOf(line)).isEmpty();
    }
    for (String line : run.log.json()) {
      // Numbers of the log itself, among which six digits may come about.
      String own = line.replaceAll("\"(sequenceNumber|timestamp|nanoseconds)\":\\d+", "");
      assertThat(run.planted.in(own)).as(() -> kindOf(line)).isEmpty();
    }
  }

  // Enough to find the place; the line may hold the secret.
  private static String kindOf(String line) {
    return "a line of " + line.replaceAll("^.{0,13}\\S* *(\\S+ +\\S+).*", "$1").strip();
  }

  @Test
  void noneIsInAnErrorOnAnyWire() {
    assertThat(refused.answers()).hasSizeGreaterThan(30);
    refused
        .answers()
        .forEach((call, answer) -> assertThat(run.planted.in(answer)).as(call).isEmpty());
  }

  @Test
  void noneIsInTheMetrics() {
    Scrape server = Scrape.ofServer(run);
    assertThat(run.planted.inBytes(server.text())).isEmpty();
    assertThat(run.planted.inBytes(Scrape.ofWorker(run).text())).isEmpty();
  }

  @Test
  void noneIsInTheTraces() {
    String sent = run.collector.everything();
    assertThat(sent).contains("cloudlet-server", "cloudlet-worker");
    assertThat(run.planted.inBytes(sent)).isEmpty();
  }

  @Test
  void noneIsInTheDatabase() {
    StoredDocuments stored = StoredDocuments.read(run.mongoPort);
    assertThat(stored.collections())
        .contains("identity_accounts", "identity_sessions", "jobs", "storage_keys", "idempotency");
    stored
        .documents()
        .forEach((where, document) -> assertThat(run.planted.in(document)).as(where).isEmpty());
  }

  @Test
  void noneIsInTheQueue() {
    try (RedisConnection redis = RedisConnection.open(run.redis.uri())) {
      List<String> all = redis.call(SecretsTest::everythingIn);
      assertThat(all).isNotEmpty();
      all.forEach(one -> assertThat(run.planted.inBytes(one)).isEmpty());
    }
  }

  private static List<String> everythingIn(RedisCommands<String, String> commands) {
    Stream.Builder<String> all = Stream.builder();
    KeyScanCursor<String> cursor = commands.scan();
    while (true) {
      for (String key : cursor.getKeys()) {
        all.add(key + " " + contentOf(commands, key));
      }
      if (cursor.isFinished()) {
        return all.build().toList();
      }
      cursor = commands.scan(ScanCursor.of(cursor.getCursor()));
    }
  }

  private static String contentOf(RedisCommands<String, String> commands, String key) {
    return switch (commands.type(key)) {
      case "string" -> commands.get(key);
      case "hash" -> commands.hgetall(key).toString();
      case "zset" -> commands.zrange(key, 0, -1).toString();
      case "set" -> commands.smembers(key).toString();
      case "list" -> commands.lrange(key, 0, -1).toString();
      case "stream" -> commands.xrange(key, io.lettuce.core.Range.unbounded()).toString();
      default -> "";
    };
  }

  @Test
  void noneIsInAFileOfTheDataFolder() throws Exception {
    try (Stream<Path> files = Files.walk(run.platform.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(run.planted.in(Files.readAllBytes(file)))
            .as(run.platform.folder().relativize(file).toString())
            .isEmpty();
      }
    }
  }

  // Tokens that nobody could plant: those that server and worker give each other.
  @Test
  void nothingThatLooksLikeATokenIsAnywhere() {
    List<String> everything = new ArrayList<>(run.log.text());
    everything.addAll(refused.answers().values());
    everything.addAll(StoredDocuments.read(run.mongoPort).documents().values());
    everything.add(run.collector.everything());
    everything.add(Scrape.ofServer(run).text());
    assertThat(everything)
        .noneMatch(text -> TOKEN.matcher(text).find())
        .noneMatch(text -> text.contains("X-Amz-Signature=") || text.contains("Bearer ey"));
  }

  @Test
  void noneIsInAThreadsName() throws Exception {
    Path dump = run.folder.resolve("threads-" + System.nanoTime() + ".txt");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    String text = Files.readString(dump);
    assertThat(text).contains("jobs-sweep");
    assertThat(run.planted.inBytes(text)).isEmpty();
  }

  @Test
  void aMailHasItsCodeAndNothingElse() {
    List<String> mails =
        Arrays.stream(run.mail.getReceivedMessages()).map(GreenMailUtil::getWholeMessage).toList();
    assertThat(mails).isNotEmpty();
    for (String mail : mails) {
      assertThat(run.planted.in(mail)).allMatch(what -> what.startsWith("one-time code"));
    }
  }
}
