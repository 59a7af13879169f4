package dev.cloudlet.standalone.aot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The caches of the packaged programs, made and taken by JVMs as images and {@code -Pup} do. */
class AotCacheIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();
  private static final Path STANDALONE =
      ROOT.resolve("server/standalone/target/cloudlet-standalone.jar");
  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-Xms64m");
  private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

  @TempDir Path folder;

  private static Path jar(TrainedProgram program) {
    return switch (program) {
      case STANDALONE -> STANDALONE;
      case SERVER -> ROOT.resolve("server/app/target/cloudlet-server-all.jar");
      case WORKER -> ROOT.resolve("workers/target/cloudlet-worker.jar");
    };
  }

  @Test
  void standaloneStartsFromItsCache() throws Exception {
    startsFromItsCache(TrainedProgram.STANDALONE);
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource(names = {"SERVER", "WORKER"})
  void serverAndWorkerStartFromTheirs(TrainedProgram program) throws Exception {
    startsFromItsCache(program);
  }

  private void startsFromItsCache(TrainedProgram program) throws Exception {
    Path jar = jar(program);
    assumeTrue(Files.exists(jar), "the jars are not packaged yet: mvn verify makes them first");
    Path cache = folder.resolve("program.aot");
    make(program, cache);
    assertThat(cache).isNotEmptyFile();
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".new"));

    Path loaded = folder.resolve("loaded");
    List<String> flags = with(FLAGS, "-XX:AOTCache=" + cache, "-Xlog:class+load:file=" + loaded);
    java(flags, "-jar", jar.toString(), "--help");
    assertThat(Files.readAllLines(loaded))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("dev.cloudlet.kernel.launch.Launcher", "shared objects file"));

    // Other flags than those it was made with: it starts without the cache, and says nothing.
    List<String> others =
        with(QUIET, "-XX:+UseParallelGC", "-XX:-UseCompactObjectHeaders", "-XX:AOTCache=" + cache);
    assertThat(java(others, "-jar", jar.toString(), "--help")).doesNotContain("AOT", "[error]");
    List<String> missing = with(QUIET, "-XX:AOTCache=" + folder.resolve("missing.aot"));
    assertThat(java(missing, "-jar", jar.toString(), "--help")).doesNotContain("AOT", "[error]");
  }

  private void make(TrainedProgram program, Path cache) throws Exception {
    String said =
        java(
            FLAGS,
            "-cp",
            STANDALONE.toString(),
            AotCacheMain.class.getName(),
            "--program=" + program.name().toLowerCase(java.util.Locale.ROOT),
            "--jar=" + jar(program),
            "--cache=" + cache);
    assertThat(said).contains("The next start takes " + cache);
  }

  private static List<String> with(List<String> flags, String... more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of(more));
    return all;
  }

  // What it wrote on both streams; ends badly if it does.
  private String java(List<String> flags, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(flags);
    command.addAll(List.of(arguments));
    Path said = Files.createTempFile(folder, "said", "");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(said.toFile()))
            .start();
    try {
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    return Files.readString(said);
  }
}
