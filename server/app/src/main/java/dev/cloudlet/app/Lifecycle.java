package dev.cloudlet.app;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was opened, in the reverse order, each even if another fails; used by one thread at a
 * time.
 */
public final class Lifecycle implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  // As many as there are parts and modules.
  private final Deque<Opened> opened = new ArrayDeque<>();

  private record Opened(String name, AutoCloseable what) {}

  /** Remembers {@code what} for the end and gives it back. */
  public synchronized <T extends AutoCloseable> T opened(String name, T what) {
    opened.push(new Opened(name, what));
    return what;
  }

  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      Opened next = opened.pop();
      try {
        next.what().close();
      } catch (Exception e) {
        log.atWarn().addKeyValue("part", next.name()).setCause(e).log("did not stop cleanly");
      }
    }
  }
}
