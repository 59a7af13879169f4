package dev.cloudlet.workers.transcode;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one attempt produced. Every path is relative to the output folder and uses {@code /}.
 *
 * @param renditions what can be played, best first
 * @param duration measured length
 * @param files every file to publish, playlists last, so that a reader never sees a playlist before
 *     its segments
 * @param totalBytes bytes of all files
 * @param poster a still picture; empty for sound alone
 * @param thumbnails the WebVTT index of preview pictures; empty for sound alone
 * @param cpu processor time of the encoding process, as last sampled
 */
public record Transcoded(
    List<Rendition> renditions,
    Duration duration,
    List<Path> files,
    long totalBytes,
    Optional<Path> poster,
    Optional<Path> thumbnails,
    Duration cpu) {
  /** The playlist to open. */
  public static final String MASTER = "master.m3u8";

  /** Takes copies of the lists. */
  public Transcoded {
    renditions = List.copyOf(renditions);
    files = List.copyOf(files);
  }
}
