package dev.cloudlet.workers.transcode;

import java.nio.file.Path;
import java.util.List;

/**
 * The options before every input: what may be opened and how it is read. The one place that decides
 * it.
 */
final class InputOptions {
  /**
   * Containers that hold their media themselves. None of them follows references: playlists,
   * scripts and image lists are out.
   */
  private static final String CONTAINERS =
      String.join(
          ",",
          "mov",
          "mp4",
          "m4a",
          "3gp",
          "3g2",
          "matroska",
          "webm",
          "avi",
          "flv",
          "mpegts",
          "mpeg",
          "asf",
          "ogg",
          "mxf",
          "dv",
          "ivf",
          "wav",
          "w64",
          "mp3",
          "aac",
          "flac",
          "ac3",
          "eac3",
          "amr",
          "caf",
          "aiff",
          "wv");

  private InputOptions() {}

  /**
   * Ends with the {@code -i} pair. The prefix keeps a name such as {@code http:x} or {@code -y} a
   * file name.
   */
  static List<String> of(Path input) {
    return List.of(
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        CONTAINERS,
        "-i",
        "file:" + input.toAbsolutePath());
  }
}
