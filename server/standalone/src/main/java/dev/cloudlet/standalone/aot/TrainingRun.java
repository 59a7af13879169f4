package dev.cloudlet.standalone.aot;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;

/**
 * Runs a program once, from its start to an orderly stop, and lets the JVM write down what it
 * learned; then proves that the JVM takes what it wrote. The JVM's flags are those of this process,
 * since a cache fits no others.
 */
final class TrainingRun {
  private static final Duration START = Duration.ofSeconds(60);
  // The JVM assembles the cache after the program has stopped.
  private static final Duration STOP = Duration.ofMinutes(3);

  private final AotConfig config;
  private final List<String> flags;
  private final Path errors;
  private final Path made;

  TrainingRun(AotConfig config, List<String> flags, Path folder) {
    this.config = config;
    this.flags = flags;
    this.errors = folder.resolve("errors");
    this.made = config.cache().resolveSibling(config.cache().getFileName() + ".new");
  }

  /** Makes the cache; it stands in its place only once it is whole. */
  void run(List<String> arguments) throws IOException, InterruptedException {
    try {
      learn(arguments);
      requireTaken();
      Files.move(made, config.cache(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private void learn(List<String> arguments) throws IOException, InterruptedException {
    Process process =
        java("-XX:AOTCacheOutput=" + made.toAbsolutePath(), arguments)
            .redirectError(errors.toFile())
            .start();
    try {
      URI address = awaitGreeting(process);
      if (!address.toString().isEmpty()) {
        TrainingCalls.make(address);
      }
      process.destroy();
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the program did not stop within " + STOP);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (!Files.exists(made)) {
      throw new IOException("the JVM made no cache:\n" + Files.readString(errors));
    }
  }

  private URI awaitGreeting(Process process) throws IOException, InterruptedException {
    CompletableFuture<URI> greeted = new CompletableFuture<>();
    Thread.ofVirtual().name("training-output").start(() -> read(process, greeted));
    try {
      return greeted.get(START.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the program did not start:\n" + Files.readString(errors), e);
    }
  }

  // Reads on to the end, so that the program never waits for somebody to read.
  private void read(Process process, CompletableFuture<URI> greeted) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher greeting = config.program().greeting().matcher(line);
        if (greeting.find()) {
          greeted.complete(URI.create(greeting.group(1)));
        }
      }
      greeted.completeExceptionally(new IOException("it ended"));
    } catch (IOException e) {
      greeted.completeExceptionally(e);
    }
  }

  private void requireTaken() throws IOException, InterruptedException {
    Process process =
        java("-XX:AOTCache=" + made.toAbsolutePath(), List.of("--help"), "-XX:AOTMode=on")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(errors.toFile()))
            .start();
    try {
      if (!process.waitFor(START.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
        throw new IOException("the JVM refuses the cache:\n" + Files.readString(errors));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder java(String cacheFlag, List<String> arguments, String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of(more));
    command.add(cacheFlag);
    command.add("-jar");
    command.add(config.jar().toString());
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }
}
