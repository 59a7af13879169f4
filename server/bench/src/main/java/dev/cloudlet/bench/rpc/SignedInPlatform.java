package dev.cloudlet.bench.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

/** The whole platform in this process, and a token of its administrator. */
final class SignedInPlatform implements AutoCloseable {
  static final String PRICES = "/v1/prices";

  private final Standalone standalone;
  private final String token;

  SignedInPlatform() throws Exception {
    standalone =
        Standalone.start(
            ConfigReader.of(StandaloneConfig.class)
                .read(
                    ConfigSources.of(
                        List.of(
                            "--data.folder=" + Tool.folder("platform"),
                            "--http.port=0",
                            "--s3.port=0",
                            "--worker.enabled=false",
                            "--limits.per-minute=1000000"),
                        Map.of())));
    FirstAdministrator.Credentials first = standalone.firstAdministrator().orElseThrow();
    String body =
        new ObjectMapper()
            .writeValueAsString(
                Map.of("email", first.email(), "password", first.password().reveal()));
    JsonNode login =
        new ObjectMapper()
            .readTree(
                send(
                    HttpRequest.newBuilder(standalone.localUrl().resolve("/v1/auth:login"))
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build()));
    token = login.path("session").path("accessToken").asText();
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(request.uri() + " answered " + answer.statusCode());
      }
      return answer.body();
    }
  }

  URI address() {
    return standalone.localUrl();
  }

  String token() {
    return token;
  }

  /** What a signed-in reader of the prices is told. */
  static String read(URI server, String token) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(server.resolve(PRICES))
            .header("authorization", "Bearer " + token)
            .build());
  }

  @Override
  public void close() {
    standalone.close();
  }
}
