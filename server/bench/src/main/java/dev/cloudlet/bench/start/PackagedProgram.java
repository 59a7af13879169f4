package dev.cloudlet.bench.start;

import dev.cloudlet.bench.harness.Tool;
import dev.cloudlet.bench.harness.Unavailable;
import dev.cloudlet.standalone.aot.JarProgram;
import dev.cloudlet.standalone.aot.TrainedProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged programs, started as images start them. */
final class PackagedProgram {
  /** As in the recipes of the images. */
  static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms64m");

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private PackagedProgram() {}

  static Path jar(TrainedProgram program) {
    return switch (program) {
      case STANDALONE -> Path.of("server/standalone/target/cloudlet-standalone.jar");
      case SERVER -> Path.of("server/app/target/cloudlet-server-all.jar");
      case WORKER -> Path.of("workers/target/cloudlet-worker.jar");
    };
  }

  static JarProgram start(TrainedProgram program, Optional<Path> cache, List<String> arguments)
      throws IOException, Unavailable {
    Path jar = jar(program);
    if (!Files.exists(jar)) {
      throw new Unavailable(jar + " is not packaged: mvn package makes it");
    }
    List<String> flags =
        Stream.concat(FLAGS.stream(), cache.stream().map(file -> "-XX:AOTCache=" + file)).toList();
    return JarProgram.start(
        program, flags, jar, arguments, Tool.folder("program").resolve("errors"));
  }

  /** Memory that it has now, in millions of bytes. */
  static double residentMegabytes(JarProgram program) throws IOException {
    Matcher found =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + program.pid() + "/status")));
    if (!found.find()) {
      throw new IOException("the system does not say how much memory " + program.pid() + " has");
    }
    return Long.parseLong(found.group(1)) * 1024 / 1e6;
  }
}
