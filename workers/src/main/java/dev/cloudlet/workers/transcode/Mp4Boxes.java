package dev.cloudlet.workers.transcode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads back codecs and times from, and moves in time, the fragmented MP4 files that were produced:
 * one track to a file, 32-bit box sizes.
 */
final class Mp4Boxes {
  private static final int MAX_BOX = 16 * 1024 * 1024;
  private static final int NOT_SYNC = 0x00010000;

  /** What an initialisation segment tells. */
  record Init(int timescale, String codec) {}

  /** Times of one media segment in units of the track's timescale. */
  record Fragment(long start, long duration, boolean startsWithKeyFrame) {}

  private Mp4Boxes() {}

  /** Reads the {@code moov} box. */
  static Init readInit(Path file) throws IOException {
    ByteBuffer moov =
        topLevel(file, "moov").stream().findFirst().orElseThrow(() -> broken(file, "no moov"));
    ByteBuffer media =
        child(moov, "trak")
            .flatMap(track -> child(track, "mdia"))
            .orElseThrow(() -> broken(file, "no track"));
    ByteBuffer header = child(media, "mdhd").orElseThrow(() -> broken(file, "no mdhd"));
    int timescale = header.getInt(header.get(0) == 1 ? 20 : 12);
    ByteBuffer samples =
        child(media, "minf")
            .flatMap(info -> child(info, "stbl"))
            .flatMap(table -> child(table, "stsd"))
            .orElseThrow(() -> broken(file, "no stsd"));
    if (timescale <= 0) {
      throw broken(file, "no timescale");
    }
    return new Init(timescale, codec(file, samples));
  }

  private static String codec(Path file, ByteBuffer samples) throws IOException {
    // version and flags, entry count, then one sample entry
    ByteBuffer entries = samples.slice(8, samples.limit() - 8);
    Optional<ByteBuffer> h264 = child(entries, "avc1");
    if (h264.isPresent()) {
      ByteBuffer config =
          child(h264.get().slice(78, h264.get().limit() - 78), "avcC")
              .orElseThrow(() -> broken(file, "no avcC"));
      return String.format(
          Locale.ROOT, "avc1.%02x%02x%02x", config.get(1), config.get(2), config.get(3));
    }
    ByteBuffer aac = child(entries, "mp4a").orElseThrow(() -> broken(file, "unknown codec"));
    ByteBuffer descriptor =
        child(aac.slice(28, aac.limit() - 28), "esds").orElseThrow(() -> broken(file, "no esds"));
    return "mp4a.40." + audioObjectType(file, descriptor);
  }

  /** The decoder's own configuration (descriptor 5) begins with five bits of object type. */
  private static int audioObjectType(Path file, ByteBuffer esds) throws IOException {
    int at = 4;
    while (at + 2 < esds.limit()) {
      int tag = esds.get(at++);
      while (at < esds.limit() && (esds.get(at) & 0x80) != 0) {
        at++;
      }
      at++;
      if (tag == 5 && at < esds.limit()) {
        return (esds.get(at) & 0xff) >> 3;
      }
      // Descriptors 3 and 4 hold the next one behind 3 and 13 bytes of their own.
      at += tag == 3 ? 3 : tag == 4 ? 13 : esds.limit();
    }
    throw broken(file, "no decoder configuration");
  }

  /** Adds up the {@code moof} boxes. */
  static Fragment readFragment(Path file) throws IOException {
    List<ByteBuffer> moofs = topLevel(file, "moof");
    if (moofs.isEmpty()) {
      throw broken(file, "no moof");
    }
    long start = -1;
    long duration = 0;
    boolean key = false;
    for (ByteBuffer moof : moofs) {
      ByteBuffer track = child(moof, "traf").orElseThrow(() -> broken(file, "no traf"));
      ByteBuffer time = child(track, "tfdt").orElseThrow(() -> broken(file, "no tfdt"));
      Defaults defaults =
          Defaults.read(child(track, "tfhd").orElseThrow(() -> broken(file, "no tfhd")));
      Run run = Run.read(child(track, "trun").orElseThrow(() -> broken(file, "no trun")), defaults);
      if (start < 0) {
        start = time.get(0) == 1 ? time.getLong(4) : time.getInt(4) & 0xffffffffL;
        key = (run.firstFlags() & NOT_SYNC) == 0;
      }
      duration += run.duration();
    }
    return new Fragment(start, duration, key);
  }

  /** {@code tfhd}: what holds for samples that say nothing themselves. */
  private record Defaults(long duration, int flags) {
    static Defaults read(ByteBuffer box) {
      int present = box.getInt(0) & 0xffffff;
      int at = 8;
      at += (present & 0x1) != 0 ? 8 : 0;
      at += (present & 0x2) != 0 ? 4 : 0;
      long duration = (present & 0x8) != 0 ? box.getInt(at) & 0xffffffffL : 0;
      at += (present & 0x8) != 0 ? 4 : 0;
      at += (present & 0x10) != 0 ? 4 : 0;
      return new Defaults(duration, (present & 0x20) != 0 ? box.getInt(at) : 0);
    }
  }

  /** {@code trun}: the samples. */
  private record Run(long duration, int firstFlags) {
    static Run read(ByteBuffer box, Defaults defaults) {
      int present = box.getInt(0) & 0xffffff;
      int count = box.getInt(4);
      int at = 8 + ((present & 0x1) != 0 ? 4 : 0);
      int firstFlags = (present & 0x4) != 0 ? box.getInt(at) : defaults.flags();
      at += (present & 0x4) != 0 ? 4 : 0;
      boolean ownDuration = (present & 0x100) != 0;
      boolean ownFlags = (present & 0x400) != 0;
      int size = 4 * Integer.bitCount(present & 0xf00);
      if (ownFlags && count > 0) {
        firstFlags = box.getInt(at + (ownDuration ? 4 : 0) + ((present & 0x200) != 0 ? 4 : 0));
      }
      long duration = 0;
      for (int sample = 0; sample < count; sample++) {
        duration +=
            ownDuration ? box.getInt(at + sample * size) & 0xffffffffL : defaults.duration();
      }
      return new Run(duration, firstFlags);
    }
  }

  /**
   * Moves a media segment later by so many units of its timescale: every decode time in it, and the
   * time in its index.
   */
  static void delay(Path file, long ticks) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    int at = 0;
    while (at + 8 <= all.limit()) {
      int size = all.getInt(at);
      if (size < 8 || size > all.limit() - at) {
        throw broken(file, "a box reaches beyond the file");
      }
      ByteBuffer box = all.slice(at + 8, size - 8);
      if (name(all, at + 4).equals("sidx")) {
        add(box, 12, ticks);
      } else if (name(all, at + 4).equals("moof")) {
        add(
            child(box, "traf")
                .flatMap(track -> child(track, "tfdt"))
                .orElseThrow(() -> broken(file, "no tfdt")),
            4,
            ticks);
      }
      at += size;
    }
    Files.write(file, all.array());
  }

  private static void add(ByteBuffer box, int at, long ticks) throws IOException {
    if (box.get(0) == 1) {
      box.putLong(at, box.getLong(at) + ticks);
    } else {
      long later = (box.getInt(at) & 0xffffffffL) + ticks;
      if (later > 0xffffffffL) {
        throw new IOException("a time of 32 bits is too short");
      }
      box.putInt(at, (int) later);
    }
  }

  private static List<ByteBuffer> topLevel(Path file, String type) throws IOException {
    List<ByteBuffer> found = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long at = 0;
      ByteBuffer header = ByteBuffer.allocate(8);
      while (at + 8 <= channel.size()) {
        header.clear();
        readFully(channel, header, at);
        long size = header.getInt(0) & 0xffffffffL;
        if (size < 8 || at + size > channel.size()) {
          throw broken(file, "a box reaches beyond the file");
        }
        if (type.equals(name(header, 4))) {
          if (size > MAX_BOX) {
            throw broken(file, "a box is too large");
          }
          ByteBuffer content = ByteBuffer.allocate((int) size - 8);
          readFully(channel, content, at + 8);
          found.add(content.flip());
        }
        at += size;
      }
    }
    return found;
  }

  private static void readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, at + into.position()) < 0) {
        throw new IOException("the file became shorter");
      }
    }
  }

  private static Optional<ByteBuffer> child(ByteBuffer parent, String type) {
    int at = 0;
    while (at + 8 <= parent.limit()) {
      int size = parent.getInt(at);
      if (size < 8 || size > parent.limit() - at) {
        return Optional.empty();
      }
      if (type.equals(name(parent, at + 4))) {
        return Optional.of(parent.slice(at + 8, size - 8));
      }
      at += size;
    }
    return Optional.empty();
  }

  private static String name(ByteBuffer box, int at) {
    byte[] name = new byte[4];
    box.get(at, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static IOException broken(Path file, String what) {
    return new IOException(file.getFileName() + ": " + what);
  }
}
