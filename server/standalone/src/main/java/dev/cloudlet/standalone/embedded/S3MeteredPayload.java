package dev.cloudlet.standalone.embedded;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The body of an upload on its way to the file. It counts the true bytes and asks for more room as
 * soon as they pass what was declared. At its end, just before the store publishes the file, it
 * takes the lock of the object and settles the account for good with the size that is being
 * replaced; {@link #finish} counts the difference and lets go.
 *
 * <p>Used by the request's thread only.
 */
final class S3MeteredPayload extends FilterInputStream {
  /** Room is asked for in steps when the length was not declared, or wrongly. */
  private static final long STEP_BYTES = 1 << 20;

  private final S3Usage.Reservation room;
  private final ReentrantLock lock;
  private final LongSupplier sizeOnDisk;
  private long count;
  private long granted;
  private long before;
  private boolean publishing;

  /**
   * @param declared the bytes that {@code room} was asked for already
   * @param lock guards the object's file
   * @param sizeOnDisk the size of what is published under the key now, 0 when nothing is
   */
  S3MeteredPayload(
      InputStream body,
      long declared,
      S3Usage.Reservation room,
      ReentrantLock lock,
      LongSupplier sizeOnDisk) {
    super(body);
    this.granted = declared;
    this.room = room;
    this.lock = lock;
    this.sizeOnDisk = sizeOnDisk;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    counted(value < 0 ? -1 : 1);
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (length > 0) {
      counted(read);
    }
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    long skipped = super.skip(bytes);
    counted(skipped);
    return skipped;
  }

  /**
   * Does nothing: the store closes the body before it publishes the file, and the body belongs to
   * the server.
   */
  @Override
  public void close() {}

  /** Counts what changed on disk, releases the object, and gives back unused room. */
  void finish() {
    try {
      if (publishing) {
        publishing = false;
        try {
          room.settle(sizeOnDisk.getAsLong() - before);
        } finally {
          lock.unlock();
        }
      }
    } finally {
      room.close();
    }
  }

  private void counted(long read) {
    if (read < 0) {
      publish();
      return;
    }
    count += read;
    if (count > granted) {
      granted = count + STEP_BYTES;
      room.require(granted);
    }
  }

  private void publish() {
    if (publishing) {
      return;
    }
    lock.lock();
    publishing = true;
    before = sizeOnDisk.getAsLong();
    room.require(count - before);
  }
}
