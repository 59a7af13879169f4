package dev.cloudlet.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private ServerSocket part;
  private FaultProxy proxy;

  @BeforeEach
  void start() throws IOException {
    part = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    proxy = FaultProxy.to(part.getLocalPort(), Framing.PIECES);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    part.close();
  }

  // Answers every line with itself.
  private void serve() {
    while (!part.isClosed()) {
      try {
        Socket socket = part.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void echo(Socket socket) {
    try (socket) {
      byte[] buffer = new byte[100];
      for (int n = socket.getInputStream().read(buffer); n > 0; ) {
        heard.add(new String(buffer, 0, n, StandardCharsets.UTF_8));
        socket.getOutputStream().write(buffer, 0, n);
        n = socket.getInputStream().read(buffer);
      }
    } catch (IOException gone) {
      heard.add("gone");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(2000);
    return socket;
  }

  private static String ask(Socket socket, String what) throws IOException {
    socket.getOutputStream().write(what.getBytes(StandardCharsets.UTF_8));
    byte[] answer = new byte[100];
    int n = socket.getInputStream().read(answer);
    return n < 0 ? "end" : new String(answer, 0, n, StandardCharsets.UTF_8);
  }

  private void strike(int place, Fault fault) {
    proxy.plan(new FaultAt(first -> true, place, fault, Fault.NONE, 0));
  }

  @Test
  void passesWhatIsNotStruckAndBreaksTheOneThatIs() throws Exception {
    strike(2, Fault.RESET);
    try (Socket socket = connect()) {
      assertThat(ask(socket, "one")).isEqualTo("one");
      assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(IOException.class);
    }
    assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("one");
    assertThat(heard).doesNotContain("two");
    try (Socket socket = connect()) {
      assertThat(ask(socket, "three")).isEqualTo("three");
    }
  }

  @Test
  void aLostAnswerWasHeardByThePart() throws Exception {
    strike(1, Fault.LOST_ANSWER);
    try (Socket socket = connect()) {
      assertThatThrownBy(() -> ask(socket, "done")).isInstanceOf(IOException.class);
    }
    assertThat(heard.poll(2, TimeUnit.SECONDS)).isEqualTo("done");
  }

  @Test
  void aRequestIsCutInTheMiddle() throws Exception {
    strike(1, new Fault.CutRequest(3));
    try (Socket socket = connect()) {
      assertThatThrownBy(() -> ask(socket, "abcdef")).isInstanceOf(IOException.class);
    }
    assertThat(heard.poll(2, TimeUnit.SECONDS)).isIn("abc", "gone");
  }

  @Test
  void aBlackHoleIsSilentUntilItIsHealed() throws Exception {
    strike(1, Fault.BLACK_HOLE);
    try (Socket socket = connect()) {
      socket.setSoTimeout(100);
      assertThatThrownBy(() -> ask(socket, "anybody?")).isInstanceOf(SocketTimeoutException.class);
      proxy.heal();
      assertThatThrownBy(() -> ask(socket, "now?"))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
    assertThat(heard).doesNotContain("anybody?");
  }

  @Test
  void aDelayIsAnAnswerThatComesLater() throws Exception {
    strike(1, new Fault.Delay(Duration.ofMillis(80)));
    try (Socket socket = connect()) {
      long begun = System.nanoTime();
      assertThat(ask(socket, "late")).isEqualTo("late");
      assertThat(System.nanoTime() - begun).isGreaterThan(80_000_000L);
    }
  }

  @Test
  void whileItIsDownNobodyListensAndThenTheSamePortAnswers() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ask(socket, "one")).isEqualTo("one");
      proxy.down();
      assertThatThrownBy(() -> ask(socket, "two")).isInstanceOf(IOException.class);
      assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }
    proxy.up();
    try (Socket socket = connect()) {
      assertThat(ask(socket, "three")).isEqualTo("three");
    }
  }
}
