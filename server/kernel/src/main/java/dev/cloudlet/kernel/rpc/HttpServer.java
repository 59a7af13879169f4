package dev.cloudlet.kernel.rpc;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.linecorp.armeria.common.util.ThreadFactories;
import com.linecorp.armeria.common.util.TransportType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Where every server of the platform begins. The threads that accept connections end at once when
 * it stops: Netty's own wait two seconds for more to do, but by then every port and connection is
 * closed and nothing can come. The library's {@code EventLoopGroupBuilder.gracefulShutdown} does
 * not help: the server ends the group that it finds behind the port, not the wrapper in which that
 * builder puts it.
 */
public final class HttpServer {
  private static final int LONGEST_END_SECONDS = 5;
  private static final Duration REST_OF_BODY = Duration.ofSeconds(1);

  private HttpServer() {}

  /** A server without ports and services yet. */
  public static ServerBuilder builder() {
    return Server.builder()
        .bossGroupFactory(HttpServer::acceptors)
        // A request that is answered before its body came, mostly a refused one, may end by itself.
        // The library would reset it by CANCEL at once, and a client that is still about to send
        // the body takes that for a broken call and never shows the answer (RFC 9113 8.1 keeps it
        // from doing so for NO_ERROR alone).
        .requestAutoAbortDelay(REST_OF_BODY)
        // Each call has a line of its own, with the reason.
        .unloggedExceptionsReportInterval(Duration.ZERO);
  }

  private static EventLoopGroup acceptors(String name) {
    ThreadFactory threads = ThreadFactories.newThreadFactory(name, false);
    return transport()
        .<EventLoopGroup>map(handlers -> new ClosedAtOnce(threads, handlers))
        .orElseGet(() -> EventLoopGroups.builder().numThreads(1).threadFactory(threads).build());
  }

  private static Optional<IoHandlerFactory> transport() {
    TransportType type = Flags.transportType();
    if (type == TransportType.EPOLL) {
      return Optional.of(EpollIoHandler.newFactory());
    }
    return type == TransportType.NIO ? Optional.of(NioIoHandler.newFactory()) : Optional.empty();
  }

  private static final class ClosedAtOnce extends MultiThreadIoEventLoopGroup {
    ClosedAtOnce(ThreadFactory threads, IoHandlerFactory handlers) {
      super(1, threads, handlers);
    }

    @Override
    public Future<?> shutdownGracefully() {
      return shutdownGracefully(0, LONGEST_END_SECONDS, TimeUnit.SECONDS);
    }
  }
}
