package dev.cloudlet.kernel.blob;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** How Signature Version 4 writes text and time. */
final class SigV4Text {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private SigV4Text() {}

  /** Percent-encodes everything but unreserved characters, and the slash if {@code keepSlash}. */
  static void encode(StringBuilder out, String text, boolean keepSlash) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
      if (letter || b == '-' || b == '_' || b == '.' || b == '~' || (b == '/' && keepSlash)) {
        out.append((char) b);
      } else {
        out.append('%').append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
      }
    }
  }

  /** {@code 20130524T000000Z}; the first eight characters are the day. */
  static String time(Instant instant) {
    ZonedDateTime utc = instant.atZone(ZoneOffset.UTC);
    StringBuilder out = new StringBuilder(16);
    out.append(utc.getYear());
    two(out, utc.getMonthValue());
    two(out, utc.getDayOfMonth());
    out.append('T');
    two(out, utc.getHour());
    two(out, utc.getMinute());
    two(out, utc.getSecond());
    return out.append('Z').toString();
  }

  private static void two(StringBuilder out, int number) {
    out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
