package dev.cloudlet.standalone.aot;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a program once, from its start to an orderly stop, and lets the JVM write down what it
 * learned; then proves that the JVM takes what it wrote. The JVM's flags are those of this process,
 * since a cache fits no others.
 */
final class TrainingRun {
  // The JVM assembles the cache after the program has stopped.
  private static final Duration STOP = Duration.ofMinutes(3);
  private static final Duration HELP = Duration.ofSeconds(60);

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
    List<String> learning = with("-XX:AOTCacheOutput=" + made.toAbsolutePath());
    try (JarProgram program =
        JarProgram.start(config.program(), learning, config.jar(), arguments, errors)) {
      String address = program.awaitGreeting().address();
      if (!address.isEmpty()) {
        TrainingCalls.make(URI.create(address));
      }
      program.stop(STOP);
    }
    if (!Files.exists(made)) {
      throw new IOException("the JVM made no cache:\n" + Files.readString(errors));
    }
  }

  private void requireTaken() throws IOException, InterruptedException {
    List<String> taking = with("-XX:AOTCache=" + made.toAbsolutePath(), "-XX:AOTMode=on");
    Process process =
        JarProgram.java(taking, config.jar(), List.of("--help"))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(errors.toFile()))
            .start();
    try {
      if (!process.waitFor(HELP.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
        throw new IOException("the JVM refuses the cache:\n" + Files.readString(errors));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> with(String... more) {
    return Stream.concat(flags.stream(), Stream.of(more)).toList();
  }
}
