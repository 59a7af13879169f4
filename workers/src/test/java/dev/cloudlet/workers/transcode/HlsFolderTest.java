package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HlsFolderTest {
  private static HlsFolder folder(double[] seconds, long[] bytes) {
    List<HlsFolder.Segment> segments = new ArrayList<>();
    double start = 0;
    for (int index = 0; index < seconds.length; index++) {
      segments.add(new HlsFolder.Segment("s" + index, start, seconds[index], bytes[index], true));
      start += seconds[index];
    }
    return new HlsFolder("x", "avc1.64001f", 800, segments);
  }

  @Test
  void thePeakIsThatOfTheHeaviestSegment() {
    HlsFolder folder = folder(new double[] {4, 4, 4}, new long[] {1000, 4000, 1000});
    assertThat(folder.peakBits()).isCloseTo(8000, within(0.01));
    assertThat(folder.averageBits()).isCloseTo(4000, within(0.01));
  }

  @Test
  void aStubAtTheEndIsNoPeak() {
    HlsFolder folder = folder(new double[] {4, 4, 0.1}, new long[] {1000, 1000, 900});
    assertThat(folder.peakBits()).isCloseTo(1900 * 8 / 4.1, within(0.01));
  }

  @Test
  void theTargetDurationIsTheLongestRounded() {
    assertThat(folder(new double[] {4.004, 4.004}, new long[] {1, 1}).targetDuration())
        .isEqualTo(4);
    assertThat(folder(new double[] {0.2}, new long[] {1}).targetDuration()).isEqualTo(1);
  }

  @Test
  void aShortSingleSegmentStillHasAPeak() {
    assertThat(folder(new double[] {0.2}, new long[] {100}).peakBits())
        .isCloseTo(4000, within(0.01));
  }

  @Test
  void soundIsCountedIntoEveryLineOfTheMaster() {
    HlsFolder picture = folder(new double[] {4}, new long[] {4000});
    HlsFolder sound = folder(new double[] {4}, new long[] {1000});
    Rendition with =
        Playlists.rendition(picture, Optional.empty(), Optional.empty(), Optional.of(sound));
    assertThat(with.bandwidth()).isEqualTo(10_000);
    assertThat(with.averageBandwidth()).isEqualTo(10_000);
    assertThat(with.bytes()).isEqualTo(4800);
  }
}
