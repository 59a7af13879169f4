package dev.cloudlet.standalone.observed;

import dev.cloudlet.workers.transcode.FfmpegTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A film of a second, made by the tools that transcode it; without them the suites abort. */
final class ShortFilm {
  private ShortFilm() {}

  static byte[] make(Path folder) {
    Path file = folder.resolve("film.mp4");
    FfmpegTools tools = tools(folder);
    try {
      Process made =
          new ProcessBuilder(
                  List.of(
                      tools.ffmpegPath().toString(),
                      "-v",
                      "error",
                      "-nostdin",
                      "-f",
                      "lavfi",
                      "-i",
                      "testsrc2=s=320x180:r=25:d=1",
                      "-c:v",
                      tools.videoEncoder().option(),
                      "-pix_fmt",
                      "yuv420p",
                      file.toString()))
              .inheritIO()
              .start();
      if (made.waitFor() != 0) {
        throw new IllegalStateException("no film was made");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static FfmpegTools tools(Path folder) {
    try {
      return FfmpegTools.locate(
          new FfmpegTools.Settings(
              Optional.empty(), Optional.empty(), folder.resolve("tools-of-test")));
    } catch (FfmpegTools.ToolsMissingException missing) {
      return Assumptions.abort("suite did not run: " + missing.getMessage());
    }
  }
}
