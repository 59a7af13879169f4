package dev.cloudlet.standalone.aot;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;

/** One of the packaged programs as a process of its own. */
public final class JarProgram implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);

  private final Process process;
  private final Path errors;
  private final CompletableFuture<Greeting> greeted = new CompletableFuture<>();

  /**
   * What it said once it was up.
   *
   * @param address where it takes calls; empty if it takes none
   * @param seconds since it was started
   */
  public record Greeting(String address, double seconds) {}

  private JarProgram(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /**
   * Starts it.
   *
   * @param flags of the JVM
   * @param errors the file for its error stream
   */
  public static JarProgram start(
      TrainedProgram program, List<String> flags, Path jar, List<String> arguments, Path errors)
      throws IOException {
    long begun = System.nanoTime();
    Process process = java(flags, jar, arguments).redirectError(errors.toFile()).start();
    JarProgram started = new JarProgram(process, errors);
    Thread.ofVirtual().name("program-output").start(() -> started.read(program, begun));
    return started;
  }

  /** A JVM with these flags that runs the jar. */
  static ProcessBuilder java(List<String> flags, Path jar, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  // Reads on to the end, so that the program never waits for somebody to read.
  private void read(TrainedProgram program, long begun) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher found = program.greeting().matcher(line);
        if (found.find()) {
          greeted.complete(new Greeting(found.group(1), (System.nanoTime() - begun) / 1e9));
        }
      }
      greeted.completeExceptionally(new IOException("it ended"));
    } catch (IOException e) {
      greeted.completeExceptionally(e);
    }
  }

  /**
   * Waits until it is up.
   *
   * @throws IOException with its error stream, if it ended before or takes too long
   */
  public Greeting awaitGreeting() throws IOException, InterruptedException {
    try {
      return greeted.get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the program did not start:\n" + Files.readString(errors), e);
    }
  }

  /** Its number in the system. */
  public long pid() {
    return process.pid();
  }

  /**
   * Tells it to stop and waits until it has.
   *
   * @throws IOException if it takes longer than {@code patience}
   */
  public void stop(Duration patience) throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("the program did not stop within " + patience);
    }
  }

  /** Ends it and what it started, if it still runs. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
