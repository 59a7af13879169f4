package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FfmpegToolsTest {
  @TempDir static Path shared;

  private static FfmpegTools.Settings settings(Path unpack) {
    return new FfmpegTools.Settings(Optional.empty(), Optional.empty(), unpack);
  }

  private static String path() {
    return Optional.ofNullable(System.getenv("PATH")).orElse("");
  }

  @Test
  void aPairOnPathIsTakenBeforeTheBundledOne() {
    Assumptions.assumeTrue(
        FfmpegTools.onPath("ffmpeg", path()).isPresent(), "did not run: no ffmpeg on PATH");
    FfmpegTools tools = FfmpegTools.locate(settings(shared));
    assertThat(tools.source()).isEqualTo(FfmpegTools.Source.PATH);
    assertThat(tools.version()).isNotEmpty();
  }

  @Test
  void withoutOneOnPathTheBundledPairIsUnpackedAndWorks() {
    FfmpegTools tools = FfmpegTools.locate(settings(shared.resolve("bundle")), "");
    assertThat(tools.source()).isEqualTo(FfmpegTools.Source.BUNDLED);
    assertThat(tools.version()).startsWith("8.");
    assertThat(tools.videoEncoder()).isEqualTo(FfmpegTools.VideoEncoder.LIBOPENH264);
  }

  @Test
  void theLoaderAcceptsOurEmptyLibraries() {
    FfmpegTools tools = FfmpegTools.locate(settings(shared.resolve("bundle")), "");
    ChildProcess.Command plain = tools.ffmpeg(List.of("-version"));
    Map<String, String> trace = new HashMap<>(plain.environment());
    trace.put("LD_TRACE_LOADED_OBJECTS", "1");
    ToolRun.Captured loaded =
        ToolRun.capture(
            new ChildProcess.Command(plain.arguments(), trace, Optional.empty()),
            new ToolRun.Limits(Duration.ofSeconds(20), CancelSignal.NEVER));
    String home = tools.ffmpegPath().getParent().toString();
    assertThat(loaded.text())
        .contains(home + "/libxcb.so.1", home + "/libasound.so.2", home + "/libpulse.so.0")
        .contains(home + "/libxcb-shm.so.0")
        .doesNotContain("not found");
  }

  @Test
  void severalProcessesMayUnpackAtOnce() throws Exception {
    Path parent = shared.resolve("race");
    Callable<Optional<Path>> unpack = () -> BundledFfmpeg.unpack(parent);
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Optional<Path>> homes = new ArrayList<>();
      for (var answer : threads.invokeAll(List.of(unpack, unpack, unpack))) {
        homes.add(answer.get());
      }
      assertThat(homes).allMatch(Optional::isPresent).containsOnly(homes.getFirst());
    }
    try (var left = Files.list(parent)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void aConfiguredPathThatDoesNotWorkIsAnErrorAndNothingElseIsTried() {
    Path wrong = shared.resolve("no-such-ffmpeg");
    assertThatThrownBy(
            () ->
                FfmpegTools.locate(
                    new FfmpegTools.Settings(Optional.of(wrong), Optional.empty(), shared)))
        .isInstanceOf(FfmpegTools.ToolsMissingException.class)
        .hasMessageContaining("no-such-ffmpeg")
        .hasMessageContaining("Install ffmpeg");
  }

  @Test
  void aProgramThatIsNotFfmpegIsRefused() throws Exception {
    Path impostor = Files.writeString(shared.resolve("ffmpeg"), "#!/bin/sh\necho hello\n");
    assertThat(impostor.toFile().setExecutable(true)).isTrue();
    assertThatThrownBy(
            () ->
                FfmpegTools.locate(
                    new FfmpegTools.Settings(Optional.of(impostor), Optional.empty(), shared)))
        .isInstanceOf(FfmpegTools.ToolsMissingException.class)
        .hasMessageContaining("does not answer");
  }
}
