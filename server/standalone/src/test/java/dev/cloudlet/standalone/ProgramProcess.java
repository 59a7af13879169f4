package dev.cloudlet.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of the programs as a process of its own, whose error stream goes to a file. */
final class ProgramProcess implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx512m");

  private final Process process;
  private final Path errors;
  private final StringBuffer said = new StringBuffer();
  private final Thread reader;

  private ProgramProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.reader = Thread.ofVirtual().start(this::read);
  }

  /** Runs {@code main} with this test's class path. */
  static ProgramProcess ofClass(Class<?> main, Path errors, List<String> arguments)
      throws IOException {
    return start(
        List.of("-cp", System.getProperty("java.class.path"), main.getName()), errors, arguments);
  }

  /** Runs a jar. */
  static ProgramProcess ofJar(Path jar, Path errors, List<String> arguments) throws IOException {
    return start(List.of("-jar", jar.toString()), errors, arguments);
  }

  private static ProgramProcess start(List<String> what, Path errors, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(what);
    command.addAll(arguments);
    return new ProgramProcess(
        new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
  }

  private void read() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
      }
    } catch (IOException killed) {
      // The stream breaks when the process is killed.
    }
  }

  /** What it printed so far. */
  String said() {
    return said.toString();
  }

  /** Its error stream so far. */
  String errors() throws IOException {
    return Files.readString(errors);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Waits until it has printed {@code text}; fails with what it said if it ends before. */
  void awaitSaid(String text, Duration patience) throws IOException {
    org.awaitility.Awaitility.await("'" + text + "' from a program")
        .atMost(patience)
        .until(() -> said().contains(text) || !process.isAlive());
    if (!said().contains(text)) {
      throw new IOException("the program ended:\n" + said() + errors());
    }
  }

  /** Waits for its own end; gives the exit code. */
  int awaitEnd(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("the program goes on:\n" + said());
    }
    reader.join();
    return process.exitValue();
  }

  /** SIGTERM. Not by the process itself, which would close the stream of what it says last. */
  void terminate() {
    process.toHandle().destroy();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
