package dev.cloudlet.workers.transcode;

import java.util.List;
import java.util.Optional;

/**
 * One step of the ladder as wanted.
 *
 * @param shortSide pixels of the shorter side, even
 * @param maxBitRate ceiling in bits per second at up to 30 pictures per second
 * @param crf constant quality, 0 to 51, lower is better
 */
public record Rung(int shortSide, int maxBitRate, int crf) {
  /** The four rungs of the platform, smallest first. */
  public static final List<Rung> STANDARD =
      List.of(
          new Rung(360, 800_000, 23),
          new Rung(480, 1_400_000, 23),
          new Rung(720, 2_800_000, 23),
          new Rung(1080, 5_000_000, 23));

  /** Refuses sizes that no encoder takes. */
  public Rung {
    if (shortSide < 16 || shortSide > 4320 || shortSide % 2 != 0) {
      throw new IllegalArgumentException("short side must be even and 16 to 4320");
    }
    if (maxBitRate < 50_000 || crf < 0 || crf > 51) {
      throw new IllegalArgumentException("bit rate or crf out of range");
    }
  }

  /** The standard rung of that height, if there is one. */
  public static Optional<Rung> ofHeight(int height) {
    return STANDARD.stream().filter(rung -> rung.shortSide() == height).findFirst();
  }
}
