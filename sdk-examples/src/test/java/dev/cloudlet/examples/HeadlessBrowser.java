package dev.cloudlet.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page in a headless Chromium, driven over the DevTools protocol; no driver program is needed
 * besides the browser itself.
 */
final class HeadlessBrowser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
  private static final int SECONDS = 30;

  private final Process process;
  private final HttpClient http;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final AtomicInteger last = new AtomicInteger();

  private HeadlessBrowser(Process process, HttpClient http, URI page) throws Exception {
    this.process = process;
    this.http = http;
    socket =
        http.newWebSocketBuilder().buildAsync(page, new Listener()).get(SECONDS, TimeUnit.SECONDS);
  }

  /** The browser of this machine, if it has one. */
  static Optional<String> program() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .filter(Programs::onPath)
        .findFirst();
  }

  static HeadlessBrowser start(Path profile) throws Exception {
    List<String> command = new ArrayList<>(List.of(program().orElseThrow()));
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--autoplay-policy=no-user-gesture-required",
            "--window-size=1280,900",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            "about:blank"));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.PIPE)
            .start();
    try {
      String address = address(process.errorReader());
      HttpClient http = HttpClient.newHttpClient();
      return new HeadlessBrowser(process, http, firstPage(http, address));
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static String address(BufferedReader errors) throws IOException {
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      Matcher found = LISTENING.matcher(line);
      if (found.find()) {
        // Nobody else reads on: without this the browser would block on a full pipe.
        Thread.ofVirtual().start(() -> errors.lines().forEach(ignored -> {}));
        return found.group(1);
      }
    }
    throw new IOException("the browser ended before it listened");
  }

  private static URI firstPage(HttpClient http, String address) throws Exception {
    JsonNode targets =
        JSON.readTree(
            Programs.get(http, URI.create("http://" + address + "/json/list"), 200).body());
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        return URI.create(target.path("webSocketDebuggerUrl").asText());
      }
    }
    throw new IOException("the browser has no page: " + targets);
  }

  /** Opens {@code address}, and again after what was there before. */
  void open(URI address) throws Exception {
    JsonNode answer = send("Page.navigate", Map.of("url", address.toString()));
    if (answer.path("result").has("errorText")) {
      throw new IOException(answer.toString());
    }
  }

  /** The value of an expression in the page; a promise is waited for. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.path("result").has("exceptionDetails")) {
      throw new IOException(answer.toString());
    }
    return answer.path("result").path("result").path("value");
  }

  /** A picture of what the page shows, to be looked at by people. */
  void screenshot(Path file) throws Exception {
    JsonNode answer = send("Page.captureScreenshot", Map.of("format", "png"));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(answer.path("result").path("data").asText()));
  }

  private JsonNode send(String method, Map<String, Object> parameters) throws Exception {
    int id = last.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(id, answer);
    socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
      text.append(part);
      if (whole) {
        deliver(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return CompletableFuture.completedFuture(null);
    }
  }

  private void deliver(String message) {
    try {
      JsonNode answer = JSON.readTree(message);
      Optional.ofNullable(open.remove(answer.path("id").asInt()))
          .ifPresent(waiting -> waiting.complete(answer));
    } catch (IOException e) {
      open.values().forEach(waiting -> waiting.completeExceptionally(e));
    }
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    http.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor(SECONDS, TimeUnit.SECONDS);
  }
}
