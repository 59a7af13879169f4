package dev.cloudlet.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Bytes that the corpus has a name for, since they are too many to be written down. */
final class Bytes {
  private static final int FLOOD = 20_000;

  private Bytes() {}

  /** A compressed frame whose message grows to so many zeros. */
  static byte[] gzipFrame(int zeros) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] block = new byte[1 << 16];
      for (int i = 0; i < zeros / block.length; i++) {
        gzip.write(block);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.allocate(5 + packed.size())
        .put((byte) 1)
        .putInt(packed.size())
        .put(packed.toByteArray())
        .array();
  }

  /** What the family http2 names. */
  static Map<String, byte[]> http2() {
    return Map.of(
        "preface",
        joined(
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            hex("000000040000000000")),
        "settings-flood",
        repeated(hex("000000040000000000"), FLOOD),
        "ping-flood",
        repeated(hex("0000080600000000000000000000000000"), FLOOD),
        "continuation-flood",
        repeated(hex("00000a09000000000100016101620001610162"), FLOOD),
        "rapid-reset",
        rapidReset());
  }

  // A GET of / that is taken back at once, again and again.
  private static byte[] rapidReset() {
    ByteBuffer all = ByteBuffer.allocate(FLOOD * 26);
    for (int stream = 1; stream < 2 * FLOOD; stream += 2) {
      all.put(hex("0000040105")).putInt(stream).put(hex("82848641"), 0, 3).put((byte) 0x82);
      all.put(hex("0000040300")).putInt(stream).putInt(8);
    }
    byte[] bytes = new byte[all.position()];
    all.flip().get(bytes);
    return bytes;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] repeated(byte[] bytes, int times) {
    ByteBuffer all = ByteBuffer.allocate(bytes.length * times);
    for (int i = 0; i < times; i++) {
      all.put(bytes);
    }
    return all.array();
  }
}
