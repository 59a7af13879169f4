package dev.cloudlet.kernel.rpc;

import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;

/**
 * The one thread that accepts a server's connections. The library's own waits two seconds for more
 * of them before it ends, long after the server stopped to listen; this one ends at once.
 */
public final class AcceptingLoop {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private AcceptingLoop() {}

  /** A loop whose thread has this name; for {@code ServerBuilder.bossGroupFactory}. */
  public static EventLoopGroup named(String threadName) {
    return EventLoopGroups.builder()
        .numThreads(1)
        .threadFactory(ThreadFactories.newEventLoopThreadFactory(threadName, false))
        .gracefulShutdown(Duration.ZERO, LIMIT)
        .build();
  }
}
