package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Walks the outermost boxes of an MP4 or QuickTime input, whose sizes tell how long the file must
 * be.
 */
final class BoxWalk {
  /**
   * A sane file has a few boxes, or a few for each fragment; a crafted one must not keep a thread
   * busy.
   */
  private static final int MAX_BOXES = 100_000;

  private BoxWalk() {}

  /**
   * Whether media that the index promises is missing at the end. A recording in fragments is not
   * judged: it plays up to where it was cut.
   */
  static boolean cutOff(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long at = 0;
      ByteBuffer header = ByteBuffer.allocate(16);
      for (int box = 0; box < MAX_BOXES && at + 8 <= size; box++) {
        header.clear();
        int read = channel.read(header, at);
        if (read < 8) {
          return false;
        }
        byte[] name = new byte[4];
        header.get(4, name);
        String type = new String(name, StandardCharsets.ISO_8859_1);
        long length = header.getInt(0) & 0xffffffffL;
        if (length == 1 && read == 16) {
          length = header.getLong(8);
        }
        // Length 0 means up to the end of the file.
        if (type.equals("moof") || length < 8) {
          return false;
        }
        if (length > size - at) {
          return type.equals("mdat");
        }
        at += length;
      }
      return false;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
