package dev.cloudlet.workers.transcode;

import dev.cloudlet.workers.transcode.MediaInfo.Size;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What will be made of one input. A pure plan: nothing is read or run.
 *
 * @param steps picture sizes, smallest first; empty for sound alone
 * @param rate constant picture rate of every step; empty for sound alone
 * @param sound the one sound track all steps share; empty for a silent input
 */
public record Ladder(List<Step> steps, Optional<FrameRate> rate, Optional<Sound> sound) {
  private static final int MAX_RATE = 60;
  private static final int[] USUAL_RATES = {15, 24, 25, 30, 50, 60};
  private static final int SOUND_RATE = 48_000;

  /** A picture size: both sides even, the input's shape kept. */
  public record Step(String name, int width, int height, int maxBitRate, int crf) {}

  /** The sound track. */
  public record Sound(int channels, int sampleRate, int bitRate) {}

  /** Takes a copy of the steps. */
  public Ladder {
    steps = List.copyOf(steps);
  }

  /**
   * Plans without ever enlarging: rungs taller than the input's shorter side are left out, and an
   * input smaller than every wanted rung gives one step of its own size. Portrait stays portrait.
   */
  public static Ladder plan(MediaInfo media, List<Rung> wanted) {
    Optional<Sound> sound = media.audio().map(Ladder::soundFor);
    if (media.video().isEmpty()) {
      return new Ladder(List.of(), Optional.empty(), sound);
    }
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("at least one rung is wanted");
    }
    MediaInfo.Video video = media.video().get();
    FrameRate rate = rateFor(video);
    List<Step> fitting =
        wanted.stream()
            .filter(rung -> rung.shortSide() <= evenShortSide(video.display()))
            .sorted(Comparator.comparingInt(Rung::shortSide))
            .distinct()
            .map(rung -> scaled(video.display(), rung, rate))
            .toList();
    List<Step> steps =
        fitting.isEmpty() ? List.of(ownSize(video.display(), wanted, rate)) : fitting;
    return new Ladder(steps, Optional.of(rate), sound);
  }

  private static int evenShortSide(Size size) {
    return floorEven(size.shortSide());
  }

  private static Step scaled(Size size, Rung rung, FrameRate rate) {
    double factor = (double) rung.shortSide() / size.shortSide();
    boolean wide = size.width() >= size.height();
    int longSide = nearestEven(Math.max(size.width(), size.height()) * factor);
    int width = wide ? longSide : rung.shortSide();
    int height = wide ? rung.shortSide() : longSide;
    return new Step(
        rung.shortSide() + "p", width, height, bitRateFor(rung.maxBitRate(), rate), rung.crf());
  }

  private static Step ownSize(Size size, List<Rung> wanted, FrameRate rate) {
    Rung smallest = wanted.stream().min(Comparator.comparingInt(Rung::shortSide)).orElseThrow();
    int width = floorEven(size.width());
    int height = floorEven(size.height());
    int side = Math.min(width, height);
    // Bits follow the picture's area, with a floor below which no picture is worth seeing.
    double share = Math.pow((double) side / smallest.shortSide(), 2);
    int bits = (int) Math.max(150_000, smallest.maxBitRate() * share);
    return new Step(side + "p", width, height, bitRateFor(bits, rate), smallest.crf());
  }

  private static int bitRateFor(int maxBitRate, FrameRate rate) {
    return rate.perSecond() > 31 ? maxBitRate + maxBitRate / 2 : maxBitRate;
  }

  private static FrameRate rateFor(MediaInfo.Video video) {
    FrameRate average = video.averageRate();
    if (!video.variable() && average.perSecond() <= MAX_RATE + 0.01 && average.perSecond() >= 1) {
      return average;
    }
    if (average.perSecond() > MAX_RATE) {
      return FrameRate.of(MAX_RATE);
    }
    for (int usual : USUAL_RATES) {
      // A camera that means 30 averages 29.9 or 30.1: that must not double the pictures.
      if (average.perSecond() <= usual + 0.5) {
        return FrameRate.of(usual);
      }
    }
    return FrameRate.of(MAX_RATE);
  }

  private static Sound soundFor(MediaInfo.Audio audio) {
    return audio.channels() == 1
        ? new Sound(1, SOUND_RATE, 96_000)
        : new Sound(2, SOUND_RATE, 128_000);
  }

  private static int floorEven(int side) {
    return side - side % 2;
  }

  private static int nearestEven(double side) {
    return Math.max(2, 2 * (int) Math.round(side / 2));
  }
}
