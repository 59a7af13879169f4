package dev.cloudlet.standalone.observed;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.standalone.PlatformExtension;
import dev.cloudlet.standalone.embedded.EmbeddedRedis;
import dev.cloudlet.testkit.TestRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * One platform with everything around it that it tells something to: a collector of traces, a mail
 * server, a captured log; with a secret in every place that takes one; and one customer's journey
 * with its failures through it.
 */
final class ObservedRun implements AutoCloseable {
  private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");

  final Planted planted = new Planted();
  final Path folder;
  final int mongoPort = TestRedis.freePort();
  final int workerPort = TestRedis.freePort();
  final String metricsToken = planted.add("metrics token", "planted-metrics-token-51c7");
  final CapturedLog log = new CapturedLog();
  final TraceCollector collector =
      new TraceCollector(planted.add("collector's token", "planted-otlp-token-90ab"));
  final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  final EmbeddedRedis redis;
  final PlatformExtension platform;
  final ObservedJourney journey;

  private ObservedRun(Path folder) {
    this.folder = folder;
    this.redis =
        EmbeddedRedis.start(folder.resolve("queue"), 0, Optional.empty(), new SystemRandom());
    planted.add("password of Redis", redis.password().reveal());
    mail.start();
    mail.setUser(
        "cloudlet@example.com",
        "cloudlet",
        planted.add("password of the mail server", "planted-smtp-password-77d0"));
    this.platform = new PlatformExtension(options());
    this.journey = new ObservedJourney(this);
  }

  static ObservedRun begin() {
    try {
      ObservedRun run = new ObservedRun(Files.createTempDirectory("cloudlet-observed"));
      run.platform.beforeAll(null);
      run.journey.go();
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] options() {
    byte[] key = new SystemRandom().bytes(32);
    return new String[] {
      "--http.metrics-token=" + metricsToken,
      "--master-key=" + planted.add("master key", Base64.getEncoder().encodeToString(key)),
      "--fleet.join-token=" + planted.add("join token", "planted-join-token-3fe2"),
      "--payments.sandbox-secret=" + planted.add("sandbox secret", "planted-sandbox-secret-88"),
      "--telemetry.otlp-endpoint=" + collector.address(),
      "--telemetry.otlp-token=planted-otlp-token-90ab",
      "--smtp.uri=smtp://cloudlet:planted-smtp-password-77d0@127.0.0.1:" + mail.getSmtp().getPort(),
      "--redis.uri=" + redis.uri().reveal(),
      "--limits.email-per-minute=100000",
      "--mongo.port=" + mongoPort,
      "--worker.port=" + workerPort,
    };
  }

  /** The newest code that was mailed to {@code email}, once there are {@code mails}. */
  String code(String email, int mails) {
    return Awaitility.await("mail " + mails + " for " + email)
        .until(
            () -> {
              List<String> codes = codes(email);
              return codes.size() < mails ? "" : codes.getLast();
            },
            code -> !code.isEmpty());
  }

  private List<String> codes(String email) {
    List<String> codes = new ArrayList<>();
    Arrays.stream(mail.getReceivedMessages())
        .filter(message -> GreenMailUtil.getWholeMessage(message).contains(email))
        .map(message -> CODE.matcher(GreenMailUtil.getBody(message)))
        .filter(Matcher::find)
        .forEach(found -> codes.add(found.group(1)));
    return codes;
  }

  @Override
  public void close() throws IOException {
    platform.afterAll(null);
    redis.close();
    mail.stop();
    collector.close();
    log.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
