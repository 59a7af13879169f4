package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The customer's journey against the whole platform, three times: with the SDK, with curl, with a
 * gRPC client.
 */
class PlatformJourneysTest {
  @TempDir static Path folder;
  private static Standalone platform;
  private static Path clip;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(onPath("ffmpeg"), "ffmpeg is not on the PATH, so there is no video to upload");
    clip = folder.resolve("clip.mp4");
    run(
        Map.of(),
        List.of(
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=size=640x360:rate=30:duration=30",
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=440:duration=30",
            "-shortest",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            clip.toString()));
    List<String> arguments =
        List.of("--data.folder=" + folder.resolve("data"), "--http.port=0", "--s3.port=0");
    platform =
        Standalone.start(
            ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(arguments, Map.of())));
  }

  @AfterAll
  static void stop() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void withTheSdk() throws Exception {
    Journey.main(new String[] {"--server=" + platform.publicUrl(), "--video=" + clip});
  }

  @Test
  void withCurl() throws Exception {
    assumeTrue(onPath("curl") && onPath("jq"), "curl or jq is not on the PATH");
    String printed = script("journey-rest.sh");
    assertThat(printed).contains("balance 10000 minor units", "held 0", "master playlist 200");
  }

  @Test
  void withAGrpcClient() throws Exception {
    assumeTrue(onPath("grpcurl") || onPath("buf"), "neither grpcurl nor buf is on the PATH");
    assumeTrue(onPath("curl") && onPath("jq"), "curl or jq is not on the PATH");
    String printed = script("journey-grpc.sh");
    assertThat(printed).contains("held 0", "master playlist 200");
  }

  private static String script(String name) throws Exception {
    Map<String, String> environment =
        Map.of("CLOUDLET_URL", platform.publicUrl().toString(), "VIDEO", clip.toString());
    return run(environment, List.of("sh", Path.of("scripts", name).toAbsolutePath().toString()));
  }

  private static String run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "run", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(5, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended && process.exitValue() == 0).as(printed).isTrue();
    return printed;
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
