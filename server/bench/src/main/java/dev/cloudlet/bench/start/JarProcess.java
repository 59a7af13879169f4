package dev.cloudlet.bench.start;

import dev.cloudlet.bench.harness.Unavailable;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the packaged programs, started as images start it. */
final class JarProcess implements AutoCloseable {
  static final Path STANDALONE = Path.of("server/standalone/target/cloudlet-standalone.jar");
  static final Path SERVER = Path.of("server/app/target/cloudlet-server-all.jar");
  static final Path WORKER = Path.of("workers/target/cloudlet-worker.jar");

  /** As in the recipes of the images. */
  static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms64m");

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final Process process;
  private final CompletableFuture<Double> greeted = new CompletableFuture<>();

  JarProcess(Path jar, Optional<Path> cache, Pattern greeting, List<String> arguments)
      throws IOException, Unavailable {
    if (!Files.exists(jar)) {
      throw new Unavailable(jar + " is not packaged: mvn package makes it");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    cache.ifPresent(file -> command.add("-XX:AOTCache=" + file));
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(arguments);
    long begun = System.nanoTime();
    process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    Thread.ofVirtual().start(() -> read(greeting, begun));
  }

  private void read(Pattern greeting, long begun) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher found = greeting.matcher(line);
        if (found.find()) {
          greeted.complete((System.nanoTime() - begun) / 1e9);
        }
      }
      greeted.completeExceptionally(new IOException("the program ended"));
    } catch (IOException e) {
      greeted.completeExceptionally(e);
    }
  }

  /** Seconds from its start until it said that it takes calls. */
  double secondsToStart() throws Exception {
    return greeted.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  long pid() {
    return process.pid();
  }

  /** Memory that it has now, in millions of bytes. */
  double residentMegabytes() throws IOException {
    Matcher found =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
    if (!found.find()) {
      throw new IOException("the system does not say how much memory " + process.pid() + " has");
    }
    return Long.parseLong(found.group(1)) * 1024 / 1e6;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
  }
}
