package dev.cloudlet.examples;

import dev.cloudlet.standalone.StandaloneMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The standalone platform as a process of its own, to be killed and started again. */
final class PlatformProcess implements AutoCloseable {
  private static final String LAST_LINE = "Ctrl-C stops everything.";

  private final Path folder;
  private final List<Integer> ports;
  private final List<String> options;
  private final List<String> around;
  private Process process;

  /**
   * Starts it.
   *
   * @param options further flags, such as {@code --worker.slots=2}
   */
  PlatformProcess(Path folder, String... options) throws IOException {
    this(folder, List.of(), options);
  }

  /**
   * Starts it in surroundings of its own.
   *
   * @param around the beginning of a command that becomes the one whose words follow it
   */
  PlatformProcess(Path folder, List<String> around, String... options) throws IOException {
    this.folder = folder;
    this.around = List.copyOf(around);
    this.options = List.of(options);
    ports = Programs.freePorts(2);
    start();
  }

  /** Starts it on its folder and its ports, and waits until it says that it is up. */
  void start() throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data.folder=" + data(),
                "--http.port=" + ports.get(0),
                "--s3.port=" + ports.get(1)));
    arguments.addAll(options);
    List<String> command = new ArrayList<>(around);
    command.addAll(Programs.java(StandaloneMain.class, arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.equals(LAST_LINE)) {
        Thread.ofVirtual().start(() -> drain(output));
        return;
      }
    }
    throw new IOException("the platform ended before it was up:\n" + said);
  }

  private void drain(BufferedReader output) {
    Path log = folder.resolve("platform.log");
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException killed) {
      // The stream breaks when the platform is killed, which is what it is for.
    }
  }

  /** A file as the platform sees it, also where it has a disk of its own. */
  Path seen(Path file) {
    return Path.of("/proc/" + process.pid() + "/root" + file.toAbsolutePath());
  }

  /** Where it keeps everything. */
  Path data() {
    return folder.resolve("data");
  }

  String address() {
    return "http://127.0.0.1:" + ports.get(0);
  }

  /** SIGKILL, and a new start at once on what is left. */
  void killAndStartAgain() throws IOException, InterruptedException {
    kill();
    start();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As Ctrl-C does it. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      kill();
    }
  }
}
