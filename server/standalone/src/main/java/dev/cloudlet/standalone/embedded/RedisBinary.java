package dev.cloudlet.standalone.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A redis-server that was seen to run on this machine.
 *
 * @param path the executable
 * @param version what it printed, as {@code 7.0.15}
 * @param major the first number of the version
 */
record RedisBinary(Path path, String version, int major) {
  private static final Pattern VERSION = Pattern.compile("v=((\\d+)\\.(\\d+)\\.\\d+)");
  private static final long PROBE_SECONDS = 10;

  /**
   * The configured executable, else the first that runs and is new enough (6.2, for XAUTOCLAIM) of:
   * {@code redis-server} on the PATH, then the ones in the class path, unpacked below {@code
   * folder}.
   *
   * @throws IllegalStateException when the configured one does not run, or none does; the message
   *     lists what was tried
   */
  static RedisBinary choose(Optional<Path> configured, Path folder) throws IOException {
    List<String> tried = new ArrayList<>();
    if (configured.isPresent()) {
      return probe(configured.get(), tried).orElseThrow(() -> noneRuns(tried));
    }
    for (Path candidate : onPath()) {
      Optional<RedisBinary> binary = probe(candidate, tried);
      if (binary.isPresent()) {
        return binary.get();
      }
    }
    for (String resource : bundled()) {
      Optional<RedisBinary> binary = probe(unpack(resource, folder), tried);
      if (binary.isPresent()) {
        return binary.get();
      }
    }
    throw noneRuns(tried);
  }

  /**
   * The names in the class path that may run here, best first: the 64-bit Linux one needs libssl 3,
   * the 32-bit one needs nothing.
   */
  static List<String> bundled() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    boolean arm = machine.equals("aarch64") || machine.equals("arm64");
    if (system.contains("linux")) {
      return arm
          ? List.of("redis-server-6.2.7-linux-arm64")
          : List.of("redis-server-6.2.6-v5-linux-amd64", "redis-server-6.2.7-linux-386");
    }
    if (system.contains("mac")) {
      return List.of("redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64"));
    }
    return List.of();
  }

  /** Copies an executable out of the class path; a complete copy of an earlier start is kept. */
  static Path unpack(String resource, Path folder) throws IOException {
    Path target = Files.createDirectories(folder).resolve(resource).toAbsolutePath();
    try (InputStream in = RedisBinary.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("the class path has no " + resource);
      }
      byte[] content = in.readAllBytes();
      if (!Files.isExecutable(target) || Files.size(target) != content.length) {
        Path draft = Files.createTempFile(folder, resource, ".tmp");
        Files.write(draft, content);
        if (!draft.toFile().setExecutable(true, true)) {
          throw new IOException("cannot make " + draft + " executable");
        }
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return target;
  }

  private static List<Path> onPath() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> Path.of(entry, "redis-server"))
        .filter(Files::isExecutable)
        .toList();
  }

  private static Optional<RedisBinary> probe(Path binary, List<String> tried) {
    try {
      Process process =
          new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        tried.add(binary + ": no answer to --version");
        return Optional.empty();
      }
      String said =
          new String(process.getInputStream().readNBytes(2000), StandardCharsets.UTF_8).strip();
      Matcher version = VERSION.matcher(said);
      if (process.exitValue() != 0 || !version.find()) {
        tried.add(binary + ": " + said);
        return Optional.empty();
      }
      int major = Integer.parseInt(version.group(2));
      if (major < 6 || (major == 6 && Integer.parseInt(version.group(3)) < 2)) {
        tried.add(binary + ": is " + version.group(1) + ", 6.2 or newer is needed");
        return Optional.empty();
      }
      return Optional.of(new RedisBinary(binary, version.group(1), major));
    } catch (IOException e) {
      tried.add(binary + ": " + e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for redis-server", e);
    }
  }

  private static IllegalStateException noneRuns(List<String> tried) {
    return new IllegalStateException(
        "No redis-server runs on this machine; install one or configure its path. Tried: " + tried);
  }
}
