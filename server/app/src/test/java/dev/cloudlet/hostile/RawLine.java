package dev.cloudlet.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends bytes as they are and reads what comes until the server hangs up or falls silent. */
final class RawLine {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
  private static final int MOST = 4 << 20;
  private static final int BETWEEN_BYTES = 200;

  private RawLine() {}

  /**
   * What came back.
   *
   * @param bytes as Latin 1
   * @param closed whether the server hung up
   * @param took how long it was
   */
  record Heard(String bytes, boolean closed, Duration took) {
    /** The status of the first answer; 0 if there is none. */
    int status() {
      Matcher status = STATUS.matcher(bytes);
      return status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
    }

    /** The first answer in the form of the other wires; closed without one is a refusal, too. */
    Reply reply() {
      if (status() == 0) {
        return new Reply(0, closed ? "CLOSED" : "HANGS", "", "");
      }
      int end = bytes.indexOf("\r\n\r\n");
      String body = bytes.substring(end + 4);
      boolean chunked = bytes.substring(0, end).contains("transfer-encoding: chunked");
      String text = chunked ? unchunked(body) : body;
      return Reply.plain(
          status(), new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    private static String unchunked(String body) {
      StringBuilder whole = new StringBuilder();
      int at = 0;
      int line = body.indexOf("\r\n");
      while (line > at) {
        int size = Integer.parseInt(body.substring(at, line), 16);
        int from = line + 2;
        int to = Math.min(body.length(), from + size);
        whole.append(body, from, to);
        at = Math.min(body.length(), to + 2);
        line = size == 0 ? -1 : body.indexOf("\r\n", at);
      }
      return whole.toString();
    }

    /** Whether the first answer is whole, so that nothing needs to be waited for. */
    private static boolean isWhole(String bytes) {
      int end = bytes.indexOf("\r\n\r\n");
      Matcher length = LENGTH.matcher(bytes);
      return end > 0
          && (length.find() && length.start() < end
              ? bytes.length() >= end + 4 + Integer.parseInt(length.group(1))
              : bytes.endsWith("\r\n0\r\n\r\n"));
    }
  }

  /**
   * One exchange on a connection of its own.
   *
   * @param silence after which nothing more is waited for
   */
  static Heard exchange(URI server, byte[] sent, Duration silence) {
    long begun = System.nanoTime();
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    boolean closed = false;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 5000);
      socket.setSoTimeout((int) silence.toMillis());
      Thread writer = Thread.startVirtualThread(() -> write(socket, sent));
      closed = read(socket, heard);
      writer.interrupt();
    } catch (IOException e) {
      // The server hung up while it was still being written to.
      closed = true;
    }
    return new Heard(
        heard.toString(StandardCharsets.ISO_8859_1),
        closed,
        Duration.ofNanos(System.nanoTime() - begun));
  }

  /** Sends, and then one byte more now and again, until the server answers or hangs up. */
  static Heard trickle(URI server, byte[] sent, Duration patience) {
    long begun = System.nanoTime();
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    boolean closed = false;
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 5000);
      socket.getOutputStream().write(sent);
      socket.setSoTimeout(BETWEEN_BYTES);
      while (!closed && System.nanoTime() - begun < patience.toNanos()) {
        closed = read(socket, heard);
        socket.getOutputStream().write('x');
      }
    } catch (IOException e) {
      closed = true;
    }
    return new Heard(
        heard.toString(StandardCharsets.ISO_8859_1),
        closed,
        Duration.ofNanos(System.nanoTime() - begun));
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // What it says then is read all the same.
      return;
    }
  }

  private static boolean read(Socket socket, ByteArrayOutputStream heard) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[16 << 10];
    try {
      int count = in.read(buffer);
      while (count >= 0 && heard.size() < MOST) {
        heard.write(buffer, 0, count);
        if (Heard.isWhole(heard.toString(StandardCharsets.ISO_8859_1))) {
          return false;
        }
        count = in.read(buffer);
      }
      return count < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }
}
