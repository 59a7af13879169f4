package dev.cloudlet.standalone;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.cloudlet.testkit.TestCertificate;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.TestRedis;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The real nginx with the configuration of {@code gateway-config}, in front of one server. */
final class NginxProcess implements AutoCloseable {
  private static final Path CONFIGURATION =
      Path.of("").toAbsolutePath().resolve("../../gateway-config/nginx/nginx.conf").normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process process;
  private final int port;
  private final Path log;
  private final TestCertificate certificate;

  private NginxProcess(Process process, int port, Path log, TestCertificate certificate) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.certificate = certificate;
  }

  /** Starts it; aborts the test if there is no nginx. */
  static NginxProcess start(Path folder, int port, URI server) throws IOException {
    String program =
        TestPart.given("CLOUDLET_TEST_NGINX")
            .orElseGet(() -> abort("NOT RUN: no nginx, set CLOUDLET_TEST_NGINX"));
    TestCertificate certificate = TestCertificate.in(folder);
    Path configuration = folder.resolve("nginx.conf");
    Files.writeString(configuration, adapted(port, server, certificate));
    Path log = folder.resolve("nginx.log");
    // As root it would give its work to a user that may not enter the test's folder.
    String user = System.getProperty("user.name");
    String more = "daemon off; pid nginx.pid;" + (user.equals("root") ? " user root;" : "");
    Process process =
        new ProcessBuilder(
                List.of(
                    program,
                    "-p",
                    folder.toString(),
                    "-e",
                    log.toString(),
                    "-c",
                    configuration.toString(),
                    "-g",
                    more))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("nginx.out").toFile())
            .start();
    NginxProcess nginx = new NginxProcess(process, port, log, certificate);
    Awaitility.await("nginx listens")
        .atMost(PATIENCE)
        .failFast(() -> !process.isAlive())
        .until(nginx::listens);
    return nginx;
  }

  private static String adapted(int port, URI server, TestCertificate certificate)
      throws IOException {
    String text = Files.readString(CONFIGURATION);
    text = replaced(text, "server 127.0.0.1:8080;", "server " + server.getAuthority() + ";");
    text = replaced(text, "listen 443 ssl", "listen 127.0.0.1:" + port + " ssl");
    text = replaced(text, "/etc/nginx/cloudlet.crt", certificate.certificate().toString());
    text = replaced(text, "/etc/nginx/cloudlet.key", certificate.key().toString());
    return replaced(text, "http {\n", "http {\n  access_log off;\n" + OWN_FOLDERS);
  }

  private static final String OWN_FOLDERS =
      """
        client_body_temp_path client;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
      """;

  private static String replaced(String text, String what, String by) {
    if (!text.contains(what)) {
      throw new IllegalStateException("nginx.conf has no '" + what + "'");
    }
    return text.replace(what, by);
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** A port for it. */
  static int freePort() {
    return TestRedis.freePort();
  }

  URI url() {
    return URI.create("https://localhost:" + port);
  }

  TestCertificate certificate() {
    return certificate;
  }

  /** What it complained of. */
  String complaints() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
