package dev.cloudlet.workers.transcode;

/**
 * One line of the master playlist that was produced, with measured numbers.
 *
 * @param name also its folder: {@code 720p}, or {@code audio} for sound alone
 * @param width pixels; 0 for sound alone
 * @param height pixels; 0 for sound alone
 * @param bandwidth peak bits per second of any run of segments about as long as the target
 *     duration, sound included
 * @param averageBandwidth bits per second over the whole, sound included
 * @param codecs as in the master playlist, such as {@code avc1.64001f,mp4a.40.2}
 * @param frameRate pictures per second; 0 for sound alone
 * @param segmentCount segments of its own playlist
 * @param bytes bytes of its own folder: sound that rungs share is not in here
 */
public record Rendition(
    String name,
    int width,
    int height,
    long bandwidth,
    long averageBandwidth,
    String codecs,
    double frameRate,
    int segmentCount,
    long bytes) {

  /** The same with another peak. */
  Rendition withBandwidth(long peak) {
    return new Rendition(
        name, width, height, peak, averageBandwidth, codecs, frameRate, segmentCount, bytes);
  }
}
