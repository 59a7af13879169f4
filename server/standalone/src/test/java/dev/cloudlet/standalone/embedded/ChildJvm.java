package dev.cloudlet.standalone.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM with this test's class path, to be killed: starts {@code main} and waits for the line it
 * prints when it is ready.
 */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final String firstLine;

  private ChildJvm(Process process, String firstLine) {
    this.process = process;
    this.firstLine = firstLine;
  }

  static ChildJvm start(Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    while (line != null && !line.startsWith("ready ")) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the child ended before it was ready");
    }
    Thread.ofVirtual().start(() -> drain(out));
    return new ChildJvm(process, line.substring("ready ".length()));
  }

  private static void drain(BufferedReader out) {
    try {
      out.transferTo(Writer.nullWriter());
    } catch (IOException killed) {
      // The stream breaks when the child is killed, which is what it is for.
    }
  }

  /** What the child printed after {@code ready}. */
  String announced() {
    return firstLine;
  }

  /** SIGKILL, and waits for the end. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
