package dev.cloudlet.testkit.fault;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** How the bytes of a connection fall into pieces. */
public enum Framing {
  /** Whatever arrives together. */
  PIECES {
    @Override
    byte[] next(InputStream in) throws IOException {
      byte[] buffer = new byte[PIECE];
      int count = in.read(buffer);
      return count < 0 ? new byte[0] : Arrays.copyOf(buffer, count);
    }
  },
  /** Messages of MongoDB's wire protocol, whole. */
  MONGO {
    @Override
    byte[] next(InputStream in) throws IOException {
      byte[] head = in.readNBytes(Integer.BYTES);
      if (head.length < Integer.BYTES) {
        return new byte[0];
      }
      int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (length < Integer.BYTES || length > LONGEST) {
        throw new IOException("not a message of MongoDB: " + length + " bytes");
      }
      byte[] message = Arrays.copyOf(head, length);
      int rest = in.readNBytes(message, Integer.BYTES, length - Integer.BYTES);
      if (rest < length - Integer.BYTES) {
        throw new EOFException("half a message");
      }
      return message;
    }
  };

  private static final int PIECE = 64 * 1024;
  private static final int LONGEST = 64 << 20;

  /** The next piece; an empty one at the end. */
  abstract byte[] next(InputStream in) throws IOException;
}
