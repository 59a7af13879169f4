package dev.cloudlet.bench.harness;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of this machine. */
public final class Tool {
  private Tool() {}

  /** Where a program is that must be on the path. */
  public static Path require(String program, String howToGetIt) throws Unavailable {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new Unavailable(program + " is not on the PATH: " + howToGetIt));
  }

  /** Runs to its end, in bounded time, and gives what it wrote; fails if it does. */
  public static String run(Path folder, Duration patience, List<String> command)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile("bench", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toAbsolutePath().toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try {
        boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        String output = Files.readString(said, StandardCharsets.UTF_8);
        if (!ended || process.exitValue() != 0) {
          throw new IOException(command + (ended ? " failed: " : " takes too long: ") + output);
        }
        return output;
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } finally {
      Files.deleteIfExists(said);
    }
  }

  /** A folder of its own for what a run leaves; the system removes it some day. */
  public static Path folder(String name) throws IOException {
    return Files.createTempDirectory("cloudlet-bench-" + name);
  }

  /** The scripts of a peer with their packages, installed once. */
  public static Path peer(String name) throws Unavailable, IOException, InterruptedException {
    Path npm = require("npm", "install Node.js");
    Path sources = Path.of("server/bench/peers", name).toAbsolutePath();
    Path installed = Path.of("server/bench/target/peers", name).toAbsolutePath();
    Files.createDirectories(installed);
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, installed.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!Files.exists(installed.resolve("node_modules"))) {
      try {
        run(
            installed,
            Duration.ofMinutes(3),
            List.of(npm.toString(), "install", "--no-fund", "--no-audit", "--silent"));
      } catch (IOException e) {
        throw new Unavailable("the packages of " + name + " can't be had: " + e.getMessage());
      }
    }
    return installed;
  }
}
