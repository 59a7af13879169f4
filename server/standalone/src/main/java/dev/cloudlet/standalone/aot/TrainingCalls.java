package dev.cloudlet.standalone.aot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A few hundred calls as a client makes them: they show which code is used first. */
final class TrainingCalls {
  private static final int ROUNDS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  // What nobody has to be signed in for, and what is refused because nobody is.
  private static final List<Call> CALLS =
      List.of(
          new Call("/health/ready", Optional.empty()),
          new Call("/v1/prices", Optional.empty()),
          new Call("/v1/wallet", Optional.empty()),
          new Call("/v1/videos", Optional.empty()),
          new Call("/v1/jobs", Optional.empty()),
          new Call("/openapi.json", Optional.empty()),
          new Call("/docs/", Optional.empty()),
          new Call(
              "/v1/auth:login",
              Optional.of("{\"email\":\"nobody@example.com\",\"password\":\"not a password\"}")));

  private TrainingCalls() {}

  private record Call(String path, Optional<String> body) {
    HttpRequest to(URI server) {
      HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
      body.ifPresent(
          json ->
              request
                  .header("content-type", "application/json")
                  .POST(BodyPublishers.ofString(json)));
      return request.build();
    }
  }

  static void make(URI server) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int round = 0; round < ROUNDS; round++) {
        for (Call call : CALLS) {
          int status = client.send(call.to(server), BodyHandlers.discarding()).statusCode();
          if (status >= 500 || status == 404) {
            throw new IOException(call.path() + " answered " + status);
          }
        }
      }
    }
  }
}
