package dev.cloudlet.workers.runtime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream that fails when no bytes come for a while. The HTTP client's own time limit ends with
 * the answer's head, so a peer that stops in the middle of a body would hold its reader for ever.
 * Read by one thread; a second one watches and closes.
 */
final class StallGuard extends FilterInputStream {
  private static final Logger log = LoggerFactory.getLogger(StallGuard.class);
  private static final int LOOKS = 4;

  private final Duration patience;
  private final CountDownLatch over = new CountDownLatch(1);
  // The reader's own count, and what the watcher sees of it.
  private long count;
  private volatile long got;
  private volatile boolean stalled;

  private StallGuard(InputStream in, Duration patience) {
    super(in);
    this.patience = patience;
  }

  /** {@code in}, which is closed once nothing has come for {@code patience}. */
  static StallGuard on(InputStream in, Duration patience) {
    StallGuard guard = new StallGuard(in, patience);
    Thread.ofVirtual().name("stall-guard").start(guard::watch);
    return guard;
  }

  private void watch() {
    try {
      long seen = got;
      int idle = 0;
      while (!over.await(Math.max(1, patience.toMillis() / LOOKS), TimeUnit.MILLISECONDS)) {
        idle = got == seen ? idle + 1 : 0;
        seen = got;
        if (idle >= LOOKS) {
          stalled = true;
          closeQuietly();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeQuietly() {
    try {
      in.close();
    } catch (IOException e) {
      log.atDebug().setCause(e).log("a stalled stream did not close well");
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n;
    try {
      n = super.read(buffer, offset, length);
    } catch (IOException e) {
      throw stalled ? stall(e) : e;
    }
    if (stalled) {
      throw stall(null);
    }
    count += Math.max(0, n);
    got = count;
    return n;
  }

  private IOException stall(@org.jspecify.annotations.Nullable IOException cause) {
    return new IOException("no bytes for " + patience.toMillis() + " ms", cause);
  }

  @Override
  public void close() throws IOException {
    over.countDown();
    super.close();
  }
}
