package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Attempts in folders of their own, with the tools of this machine. */
abstract class TranscoderSuite {
  static final Duration LIMIT = Duration.ofMinutes(1);
  static final List<Rung> SMALL =
      List.of(new Rung(64, 100_000, 30), new Rung(90, 200_000, 30), new Rung(180, 400_000, 30));

  @TempDir static Path shared;
  static FfmpegTools tools;
  static Clips clips;
  Path out;

  @BeforeAll
  static void findTools() {
    tools = Clips.tools(shared);
    clips = new Clips(tools, shared);
  }

  @BeforeEach
  void nameFolder(TestInfo test) {
    out = shared.resolve("out-" + test.getTestMethod().orElseThrow().getName());
  }

  static MediaInfo probe(Path input) {
    return new MediaProbe(tools, MediaProbe.Limits.DEFAULT).probe(input, CancelSignal.NEVER);
  }

  Transcoded transcode(Path input, List<Rung> rungs) {
    return new HlsTranscoder(tools)
        .run(order(input, rungs, LIMIT), ProgressListener.NONE, CancelSignal.NEVER);
  }

  TranscodeOrder order(Path input, List<Rung> rungs, Duration limit) {
    MediaInfo media = probe(input);
    return new TranscodeOrder(input, media, Ladder.plan(media, rungs), out, 2, limit);
  }

  String read(String name) throws IOException {
    return Files.readString(out.resolve(name));
  }
}
