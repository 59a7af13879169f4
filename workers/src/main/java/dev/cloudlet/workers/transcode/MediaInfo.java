package dev.cloudlet.workers.transcode;

import java.time.Duration;
import java.util.Optional;

/**
 * What a media file holds, as measured. At least one of {@code video} and {@code audio} is present.
 *
 * @param container the demuxer's short name, such as {@code mov,mp4,m4a,3gp,3g2,mj2}
 * @param duration how long it plays: to the end of the picture, or of the sound if that is clearly
 *     longer
 * @param bitRate bits per second over the whole file
 */
public record MediaInfo(
    String container,
    Duration duration,
    long bitRate,
    Optional<Video> video,
    Optional<Audio> audio) {

  /**
   * The picture.
   *
   * @param streamIndex its place among the file's streams
   * @param codec the codec's short name, such as {@code h264}
   * @param display size as a viewer sees it: square pixels, rotation applied
   * @param coded size as stored
   * @param averageRate pictures divided by time
   * @param realRate the rate in which every picture's time can be told
   * @param variable whether the time between pictures changes
   * @param pixelFormat such as {@code yuv420p}
   * @param rotation clockwise degrees a player must turn it: 0, 90, 180 or 270
   * @param interlaced whether pictures are stored as fields
   * @param end from the file's start to the last picture's end
   */
  public record Video(
      int streamIndex,
      String codec,
      Size display,
      Size coded,
      FrameRate averageRate,
      FrameRate realRate,
      boolean variable,
      String pixelFormat,
      int rotation,
      boolean interlaced,
      Duration end) {}

  /**
   * The sound.
   *
   * @param streamIndex its place among the file's streams
   * @param codec the codec's short name, such as {@code aac}
   * @param channels how many, at least 1
   * @param sampleRate samples per second
   * @param end from the file's start to the sound's end
   */
  public record Audio(int streamIndex, String codec, int channels, int sampleRate, Duration end) {}

  /** Width and height in pixels. */
  public record Size(int width, int height) {
    /** The smaller of both, which names a rung: 720 for 1280x720 and for 720x1280. */
    public int shortSide() {
      return Math.min(width, height);
    }
  }
}
