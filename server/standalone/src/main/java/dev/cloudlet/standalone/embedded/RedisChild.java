package dev.cloudlet.standalone.embedded;

import dev.cloudlet.kernel.config.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of the redis-server process: from its start to its end. Its last words are kept for the
 * error message.
 */
final class RedisChild {
  private static final Logger log = LoggerFactory.getLogger(RedisChild.class);
  private static final int LAST_WORDS = 20;
  private static final Duration LAST_WORDS_PATIENCE = Duration.ofSeconds(1);
  private static final int PROBE_MILLIS = 2000;

  /**
   * Ends the child, by the kernel, when the thread that started it dies, so also when this JVM is
   * killed.
   */
  private static final List<String> DEATH_GUARD = tool("setpriv", "--pdeathsig", "TERM", "--");

  /** Keeps the terminal's Ctrl-C from the child: it goes last, when we say so. */
  private static final List<String> OWN_SESSION = tool("setsid");

  private final Process process;
  private final Deque<String> lastWords = new ArrayDeque<>();
  private final Thread output;

  private RedisChild(Process process) {
    this.process = process;
    this.output = Thread.ofVirtual().name("redis-output").start(this::drain);
  }

  /**
   * Starts the process. The calling thread must outlive it: the death guard takes that thread's end
   * for the parent's.
   */
  static RedisChild start(Path executable, Path config, Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(DEATH_GUARD);
    command.addAll(OWN_SESSION);
    command.add(executable.toString());
    command.add(config.toString());
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    return new RedisChild(process);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end, and a moment for the last words, and returns the exit code. */
  int waitFor() throws InterruptedException {
    int code = process.waitFor();
    output.join(LAST_WORDS_PATIENCE);
    return code;
  }

  /** The last lines that the process printed. */
  String lastWords() {
    synchronized (lastWords) {
      return String.join("\n", lastWords);
    }
  }

  /** Whether a server on {@code port} takes our password and has loaded its data. */
  static boolean answers(int port, Secret password) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PROBE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      String request = "AUTH " + password.reveal() + "\r\nPING\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return readLine(in).equals("+OK") && readLine(in).equals("+PONG");
    } catch (IOException notYet) {
      // Refused or silent means not ready; the caller asks again until its own deadline.
      return false;
    }
  }

  // A tool of Linux that hands over to the rest of the command line in the same process; nothing
  // where it is not installed.
  private static List<String> tool(String name, String... options) {
    return Stream.of(Path.of("/usr/bin", name), Path.of("/bin", name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(path -> Stream.concat(Stream.of(path.toString()), Stream.of(options)).toList())
        .orElse(List.of());
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < 200; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private void drain() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        log.debug("redis: {}", line);
        synchronized (lastWords) {
          lastWords.addLast(line);
          if (lastWords.size() > LAST_WORDS) {
            lastWords.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      log.debug("the output of redis-server {} ended", process.pid(), e);
    }
  }
}
