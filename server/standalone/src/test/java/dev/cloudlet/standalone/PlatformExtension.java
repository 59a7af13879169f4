package dev.cloudlet.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The whole standalone platform in this process, on free ports and a fresh folder, for one test
 * class.
 */
public final class PlatformExtension implements BeforeAllCallback, AfterAllCallback {
  private static final Pattern CODE = Pattern.compile("\\b(\\d{6})\\b");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final List<String> options;
  private Path folder;
  private Standalone standalone;

  /** An answer with its JSON body (an empty object for none). */
  public record Answer(int status, JsonNode body, HttpResponse<String> raw) {}

  /** A signed-in customer. */
  public record Customer(String email, String password, String token) {}

  /**
   * @param options further flags, such as {@code --worker.enabled=false}
   */
  public PlatformExtension(String... options) {
    this.options = List.of(options);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    folder = Files.createTempDirectory("cloudlet-test");
    start();
  }

  /** Starts the platform on the folder; the ports are new ones. */
  public void start() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data.folder=" + folder,
                "--http.port=0",
                "--s3.port=0",
                "--limits.per-minute=100000",
                "--limits.credentials-per-minute=100000",
                "--limits.expensive-per-minute=100000"));
    arguments.addAll(options);
    standalone =
        Standalone.start(
            ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(arguments, Map.of())));
  }

  /** Stops the platform in order. */
  public void stop() {
    standalone.close();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    standalone.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** The folder of all data. */
  public Path folder() {
    return folder;
  }

  /** Address of the one port. */
  public URI baseUri() {
    return standalone.localUrl();
  }

  /** Address of the object store. */
  public URI objects() {
    return standalone.objects().orElseThrow();
  }

  /** The administrator's first credentials. */
  public dev.cloudlet.identity.FirstAdministrator.Credentials administrator() {
    return standalone.firstAdministrator().orElseThrow();
  }

  /** A request to {@code path}, with a JSON body unless it is empty. */
  public HttpRequest.Builder request(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(baseUri().resolve(path)).timeout(Duration.ofSeconds(30));
    if (body.isEmpty()) {
      return request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    return request
        .header("content-type", "application/json")
        .method(method, HttpRequest.BodyPublishers.ofString(body));
  }

  /** Sends and reads the JSON answer. */
  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      String text = response.body();
      boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
      return new Answer(
          response.statusCode(),
          json && !text.isBlank() ? JSON.readTree(text) : JSON.createObjectNode(),
          response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Calls without a token. */
  public Answer call(String method, String path, String body) {
    return send(request(method, path, body));
  }

  /** Calls with a token. */
  public Answer call(String token, String method, String path, String body) {
    return send(request(method, path, body).header("authorization", "Bearer " + token));
  }

  /** The newest six-digit code that was mailed to {@code email}; waits for it. */
  public String code(String email) {
    return Awaitility.await("a code for " + email)
        .atMost(Duration.ofSeconds(15))
        .until(() -> newestCode(email), code -> !code.isEmpty());
  }

  private String newestCode(String email) {
    Answer inbox =
        call("GET", "/v1/dev/inbox?to=" + URLEncoder.encode(email, StandardCharsets.UTF_8), "");
    for (JsonNode message : inbox.body().path("messages")) {
      Matcher matcher = CODE.matcher(message.path("text").asText());
      if (matcher.find()) {
        return matcher.group(1);
      }
    }
    return "";
  }

  /** An address that nobody used before. */
  public String newAddress() {
    return "c" + UUID.randomUUID().toString().substring(0, 13) + "@example.com";
  }

  /** A new customer, registered, verified and logged in over REST. */
  public Customer newCustomer() {
    String email = newAddress();
    String password = "correct horse " + UUID.randomUUID();
    Answer registered =
        call(
            "POST",
            "/v1/auth:register",
            "{\"email\":\"%s\",\"password\":\"%s\",\"name\":\"Ann\"}".formatted(email, password));
    String registration = registered.body().path("registrationId").asText();
    Answer verified =
        call(
            "POST",
            "/v1/auth:verifyEmail",
            "{\"registrationId\":\"%s\",\"otp\":\"%s\"}".formatted(registration, code(email)));
    if (verified.status() != 200) {
      throw new IllegalStateException(registered.body() + " " + verified.body());
    }
    return new Customer(email, password, login(email, password));
  }

  /** An access token. */
  public String login(String email, String password) {
    Answer login =
        call(
            "POST",
            "/v1/auth:login",
            "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
    return login.body().path("session").path("accessToken").asText();
  }
}
