package dev.cloudlet.sdk.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The fake's object store, checkout page and player, over real HTTP on the loopback address. */
final class FakeWeb implements AutoCloseable {
  /** Instead of a status: the connection breaks half-way. */
  static final int BROKEN = 0;

  private static final int MAX_OBJECT_BYTES = 256 * 1024 * 1024;
  private static final int BROKEN_BYTES = 64 * 1024;
  private static final String MASTER =
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360\n360p/index.m3u8\n";

  private final FakeClock clock;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final String root;
  private final Map<String, Ticket> tickets = new HashMap<>();
  private final Map<String, byte[]> objects = new HashMap<>();
  private final Deque<Integer> failures = new ArrayDeque<>();
  private Consumer<String> payments = order -> {};

  /**
   * What was signed.
   *
   * @param size bytes to come; below zero for any number
   * @param contentType of the bytes to come
   * @param end when it ends
   */
  record Ticket(long size, String contentType, Instant end) {
    boolean fits(int bytes, @Nullable String type) {
      return size < 0 || (bytes == size && contentType.equals(type));
    }
  }

  FakeWeb(FakeClock clock) {
    this.clock = clock;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("The fake found no free port.", e);
    }
    root = "http://127.0.0.1:" + server.getAddress().getPort();
    server.setExecutor(threads);
    server.createContext("/store/", this::store);
    server.createContext("/sandbox/checkout/", this::checkout);
    server.createContext("/playback/", this::play);
    server.start();
  }

  String address() {
    return root;
  }

  synchronized void onPayment(Consumer<String> listener) {
    payments = listener;
  }

  synchronized void failNext(int status) {
    failures.add(status);
  }

  synchronized String sign(String id, Ticket ticket) {
    tickets.put(id, ticket);
    return root + "/store/" + id;
  }

  synchronized Optional<byte[]> object(String id) {
    return Optional.ofNullable(objects.get(id));
  }

  /** An address that can be read until then. */
  String read(String path, Instant end) {
    return root + path + "?end=" + end.getEpochSecond();
  }

  private boolean over(HttpExchange exchange) {
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    return !query.matches("end=[0-9]{1,12}")
        || !clock.now().isBefore(Instant.ofEpochSecond(Long.parseLong(query.substring(4))));
  }

  private void play(HttpExchange exchange) throws IOException {
    byte[] master = MASTER.getBytes(StandardCharsets.UTF_8);
    answer(exchange, over(exchange) ? 403 : 200, over(exchange) ? new byte[0] : master);
  }

  String checkoutUrl(String orderId) {
    return root + "/sandbox/checkout/" + orderId;
  }

  private void store(HttpExchange exchange) throws IOException {
    String id = lastSegment(exchange);
    if (exchange.getRequestMethod().equals("GET")) {
      Optional<byte[]> found = object(id);
      Optional<Integer> failure = nextFailure();
      int status = over(exchange) ? 403 : failure.orElse(found.isPresent() ? 200 : 404);
      if (status == BROKEN) {
        breakAnswer(exchange, found.orElse(new byte[2]));
        return;
      }
      answer(exchange, status, status == 200 ? found.orElseThrow() : new byte[0]);
      return;
    }
    if (breaksNow()) {
      exchange.getRequestBody().readNBytes(BROKEN_BYTES);
      exchange.close();
      return;
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_OBJECT_BYTES);
    answer(exchange, put(exchange, id, bytes), new byte[0]);
  }

  private synchronized boolean breaksNow() {
    Integer next = failures.peek();
    boolean breaks = next != null && next == BROKEN;
    if (breaks) {
      failures.remove();
    }
    return breaks;
  }

  private static void breakAnswer(HttpExchange exchange, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes, 0, bytes.length / 2);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  private synchronized int put(HttpExchange exchange, String id, byte[] bytes) {
    Integer failure = failures.poll();
    if (failure != null) {
      return failure;
    }
    Ticket ticket = tickets.get(id);
    String type = exchange.getRequestHeaders().getFirst("content-type");
    if (ticket == null || !ticket.fits(bytes.length, type) || !clock.now().isBefore(ticket.end())) {
      return 403; // As with a signature that does not match.
    }
    objects.put(id, bytes);
    return 200;
  }

  private synchronized Optional<Integer> nextFailure() {
    return Optional.ofNullable(failures.poll());
  }

  private void checkout(HttpExchange exchange) throws IOException {
    String order = lastSegment(exchange);
    if (exchange.getRequestMethod().equals("POST")) {
      exchange.getRequestBody().readNBytes(MAX_OBJECT_BYTES);
      payment(order);
      answer(exchange, 200, "paid".getBytes(StandardCharsets.UTF_8));
      return;
    }
    String page =
        "<!doctype html><form method=\"post\" action=\"/sandbox/checkout/%s\">".formatted(order)
            + "<input type=\"hidden\" name=\"form_token\" value=\"once\">"
            + "<button name=\"action\" value=\"pay\">Pay</button></form>";
    answer(exchange, 200, page.getBytes(StandardCharsets.UTF_8));
  }

  private void payment(String order) {
    Consumer<String> listener;
    synchronized (this) {
      listener = payments;
    }
    listener.accept(order);
  }

  private static String lastSegment(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
