package dev.cloudlet.workers.transcode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A shared object with a name and nothing in it. The bundled ffmpeg is linked against libraries for
 * capturing screens and microphones that a server does not have and that are never called here; the
 * loader only wants to find files of those names.
 */
final class StubLibrary {
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int SYMBOL = 24;
  private static final int DYNAMIC_ENTRY = 16;
  private static final int PAGE = 0x10000;

  /** Processor families of 64-bit little-endian Linux, by their number in the file format. */
  enum Machine {
    X86_64(62),
    AARCH64(183);

    private final int code;

    Machine(int code) {
      this.code = code;
    }
  }

  private StubLibrary() {}

  /**
   * The file's bytes: header, three program headers, one empty symbol, a hash table without
   * entries, names, dynamic section.
   */
  static byte[] named(String name, Machine machine) {
    byte[] names = ("\0" + name + "\0").getBytes(StandardCharsets.US_ASCII);
    int symbols = HEADER + 3 * PROGRAM_HEADER;
    int hash = symbols + SYMBOL;
    int strings = hash + 16;
    int dynamic = (strings + names.length + 7) / 8 * 8;
    int end = dynamic + 7 * DYNAMIC_ENTRY;
    ByteBuffer file = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
    header(file, machine);
    // Loaded writable as one piece: the loader fills addresses into the dynamic section.
    programHeader(file, 1, 6, 0, end, PAGE);
    programHeader(file, 2, 6, dynamic, 7 * DYNAMIC_ENTRY, 8);
    programHeader(file, 0x6474e551, 6, 0, 0, 16);
    file.position(hash).putInt(1).putInt(1).putInt(0).putInt(0);
    file.position(strings).put(names);
    file.position(dynamic);
    long[][] entries = {
      {14, 1}, {4, hash}, {5, strings}, {6, symbols}, {10, names.length}, {11, SYMBOL}, {0, 0}
    };
    for (long[] entry : entries) {
      file.putLong(entry[0]).putLong(entry[1]);
    }
    return file.array();
  }

  private static void header(ByteBuffer file, Machine machine) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    file.putShort((short) 3).putShort((short) machine.code).putInt(1);
    file.putLong(0).putLong(HEADER).putLong(0).putInt(0);
    file.putShort((short) HEADER).putShort((short) PROGRAM_HEADER).putShort((short) 3);
    file.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void programHeader(
      ByteBuffer file, int type, int flags, long offset, long size, long align) {
    file.putInt(type).putInt(flags).putLong(offset).putLong(offset).putLong(offset);
    file.putLong(size).putLong(size).putLong(align);
  }
}
