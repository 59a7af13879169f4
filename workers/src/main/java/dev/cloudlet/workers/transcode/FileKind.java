package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a file's first bytes say, so that a refusal names the right reason and no script ever
 * reaches a tool.
 */
enum FileKind {
  EMPTY,
  /** Text that names other files or addresses: HLS, DASH, SDP, concat scripts, play lists. */
  POINTS_ELSEWHERE,
  TEXT,
  /** Starts like a container that is accepted. */
  MEDIA,
  UNKNOWN;

  private static final int HEAD = 4096;
  private static final List<String> POINTERS =
      List.of(
          "#extm3u", "ffconcat", "<mpd", "v=0", "[playlist]", "file ", "rtsptext", "[reference]");

  /** Looks at the first 4 KiB. */
  static FileKind of(Path file) {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    if (head.length == 0) {
      return EMPTY;
    }
    if (isText(head)) {
      String text =
          new String(head, StandardCharsets.UTF_8)
              .replace("\ufeff", "")
              .strip()
              .toLowerCase(Locale.ROOT);
      boolean points =
          POINTERS.stream().anyMatch(text::startsWith)
              || (text.startsWith("<") && text.contains("<mpd"));
      return points ? POINTS_ELSEWHERE : TEXT;
    }
    return startsLikeMedia(head) ? MEDIA : UNKNOWN;
  }

  private static boolean isText(byte[] head) {
    for (byte next : head) {
      if (next >= 0 && next < 0x20 && next != '\t' && next != '\r' && next != '\n') {
        return false;
      }
    }
    return true;
  }

  private static boolean startsLikeMedia(byte[] head) {
    String start = new String(head, 0, Math.min(16, head.length), StandardCharsets.ISO_8859_1);
    boolean atFour =
        start.length() >= 8
            && List.of("ftyp", "moov", "mdat", "wide", "free", "skip")
                .contains(start.substring(4, 8));
    boolean transport =
        head.length > 376 && head[0] == 0x47 && head[188] == 0x47 && head[376] == 0x47;
    return atFour
        || transport
        || List.of(
                "RIFF",
                "\u001aE\u00df\u00a3",
                "FLV",
                "OggS",
                "ID3",
                "fLaC",
                "0&\u00b2u",
                "FORM",
                "caff")
            .stream()
            .anyMatch(start::startsWith)
        || start.startsWith("\0\0\u0001\u00ba");
  }
}
