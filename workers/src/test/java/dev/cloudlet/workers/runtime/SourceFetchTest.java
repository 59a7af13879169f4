package dev.cloudlet.workers.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a store that stops in the middle of a body and keeps the connection open. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SourceFetchTest {
  private static final int WHOLE = 100_000;

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile int stalls;
  private ServerSocket store;

  @BeforeEach
  void start() throws IOException {
    store = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = store.accept();
        sockets.add(socket);
        answer(socket);
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void answer(Socket socket) throws IOException {
    boolean stall = sockets.size() <= stalls;
    byte[] asked = new byte[4096];
    assertThat(socket.getInputStream().read(asked)).isPositive();
    OutputStream out = socket.getOutputStream();
    out.write(
        ("HTTP/1.1 200 OK\r\ncontent-length: " + WHOLE + "\r\nconnection: close\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[stall ? WHOLE / 2 : WHOLE]);
    out.flush();
  }

  @AfterEach
  void stop() throws IOException {
    store.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    http.close();
  }

  private void fetch() throws Exception {
    URI here = URI.create("http://127.0.0.1:" + store.getLocalPort() + "/");
    new SourceFetch(http, new ScriptedSigner(here), pause -> {}, Duration.ofMillis(200))
        .run(
            new SourceFetch.Order(
                new TaskKey(new JobId("job_1"), 1),
                here.resolve("/source"),
                WHOLE,
                folder.resolve("source")),
            done -> {});
  }

  @Test
  void aBodyThatStallsIsFetchedAgain() throws Exception {
    stalls = 1;
    fetch();
    assertThat(Files.size(folder.resolve("source"))).isEqualTo(WHOLE);
    assertThat(sockets).hasSize(2);
  }

  @Test
  void aStoreThatAlwaysStallsFailsTheAttemptForAnotherTry() {
    stalls = 99;
    TaskFailedException failed = catchThrowableOfType(TaskFailedException.class, this::fetch);
    assertThat(failed.retryable()).isTrue();
    assertThat(failed.reason()).isEqualTo(ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE);
    assertThat(failed).cause().hasMessageContaining("no bytes");
    assertThat(sockets).hasSize(4);
  }
}
