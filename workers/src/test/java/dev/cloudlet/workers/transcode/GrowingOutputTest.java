package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What can be played of an encode that runs, with real ffmpeg. */
class GrowingOutputTest extends TranscoderSuite {
  private static final List<Rung> RUNGS =
      List.of(new Rung(180, 400_000, 23), new Rung(360, 800_000, 23));

  /** Looks at it as the worker does: once the work began anew, as long as it goes on. */
  private static final class Looking implements ProgressListener {
    private final GrowingOutput growing;
    private final Path playlists;
    private final Map<Path, byte[]> seen = new LinkedHashMap<>();
    private final List<String> lists = new ArrayList<>();
    private final Path output;
    private boolean anew;

    Looking(TranscodeOrder order, Path playlists) {
      this.growing = new GrowingOutput(order);
      this.output = order.outputFolder();
      this.playlists = playlists;
    }

    @Override
    public void beganAnew() {
      anew = true;
    }

    @Override
    public void progressed(Progress progress) {
      try {
        if (anew && growing.grew() && progress.fraction() < 1) {
          for (Path file : growing.files()) {
            byte[] now = Files.readAllBytes(output.resolve(file));
            byte[] before = seen.putIfAbsent(file, now);
            assertThat(before == null ? now : before).as("%s stays", file).isEqualTo(now);
          }
          assertThat(growing.writePlaylists(playlists))
              .last()
              .isEqualTo(Path.of(Transcoded.MASTER));
          lists.add(Files.readString(playlists.resolve("180p/index.m3u8")));
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void theBeginningCanBePlayedLongBeforeTheEndAndStaysAsItIs() throws Exception {
    Path film = clips.film("growing.mp4", "640x360", "30", 32);
    TranscodeOrder order = order(film, RUNGS, LIMIT);
    Path playlists = shared.resolve("lists");
    Looking looking = new Looking(order, playlists);

    new HlsTranscoder(tools).run(order, looking, CancelSignal.NEVER);

    assertThat(looking.anew).isTrue();
    assertThat(looking.lists).as("seen growing").hasSizeGreaterThan(1);
    for (Map.Entry<Path, byte[]> file : looking.seen.entrySet()) {
      assertThat(Files.readAllBytes(out.resolve(file.getKey())))
          .as("%s", file.getKey())
          .isEqualTo(file.getValue());
    }
    String finished = read("180p/index.m3u8");
    List<String> segments = finished.lines().filter(line -> line.endsWith(".m4s")).toList();
    for (String list : looking.lists) {
      assertThat(list)
          .contains("#EXT-X-PLAYLIST-TYPE:EVENT\n", "#EXT-X-START:TIME-OFFSET=0\n")
          .contains(target(finished))
          .doesNotContain("ENDLIST");
      assertThat(list.lines().filter(line -> line.endsWith(".m4s")).toList())
          .as("the beginning of the finished one")
          .isNotEmpty()
          .isEqualTo(
              segments.subList(0, (int) list.lines().filter(l -> l.endsWith(".m4s")).count()));
    }
    assertThat(looking.lists.getFirst().length()).isLessThan(looking.lists.getLast().length());
    assertThat(Files.readString(playlists.resolve("master.m3u8")))
        .contains("180p/index.m3u8", "360p/index.m3u8", "audio/index.m3u8")
        .contains("BANDWIDTH=896000");
  }

  private static String target(String playlist) {
    return playlist.lines().filter(line -> line.startsWith("#EXT-X-TARGET")).findFirst().orElse("");
  }

  @Test
  void nothingCanBePlayedBeforeItsHeaderIsWhole() throws Exception {
    Path film = clips.film("torn.mp4", "320x180", "30", 6);
    transcode(film, RUNGS);
    Path header = out.resolve("180p").resolve(EncodeCommand.INIT);
    byte[] whole = Files.readAllBytes(header);
    Files.write(header, new byte[0]);
    GrowingOutput growing = new GrowingOutput(order(film, RUNGS, LIMIT));

    assertThat(growing.grew()).as("with an empty header").isFalse();
    Files.write(header, Arrays.copyOf(whole, whole.length / 2));
    assertThat(growing.grew()).as("with half a header").isFalse();
    Files.write(header, whole);
    assertThat(growing.grew()).as("with all of it").isTrue();
  }

  @Test
  void anAttemptThatGoesOnIsNotShownBeforeItIsWhole() throws Exception {
    Path film = clips.film("kept.mp4", "320x180", "30", 14);
    transcode(film, RUNGS);
    Files.delete(out.resolve("180p").resolve(EncodeCommand.segment(3)));
    Looking looking = new Looking(order(film, RUNGS, LIMIT), shared.resolve("no-lists"));

    new HlsTranscoder(tools).run(order(film, RUNGS, LIMIT), looking, CancelSignal.NEVER);

    assertThat(looking.anew).isFalse();
  }
}
