package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hangs up on who does not send the head of an HTTP/1 request, or the preface of an HTTP/2
 * connection, in time: from its first byte on, however slowly more of them come. The server library
 * counts a request's time from its whole head on, and takes a connection on which a byte comes now
 * and then for a busy one, so that a few thousand such bytes a minute would hold every connection.
 */
final class RequestHeads {
  private static final AttributeKey<Watch> WATCH =
      AttributeKey.valueOf(RequestHeads.class, "WATCH");
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Duration longest;

  /**
   * @param longest from the first byte of a head to its last
   */
  RequestHeads(Duration longest) {
    this.longest = longest;
  }

  void apply(ServerBuilder server) {
    server.childChannelPipelineCustomizer(
        pipeline -> {
          Watch watch = new Watch(longest);
          pipeline.channel().attr(WATCH).set(watch);
          pipeline.addFirst(watch);
        });
  }

  /** Tells that a head is there; belongs outside of every other decorator. */
  static Function<? super HttpService, SimpleDecoratingHttpService> decorator() {
    return delegate ->
        new SimpleDecoratingHttpService(delegate) {
          @Override
          public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request)
              throws Exception {
            watch(ctx)
                .ifPresent(
                    watch -> {
                      watch.began();
                      ctx.log().whenComplete().thenAccept(log -> watch.ended());
                    });
            return unwrap().serve(ctx, request);
          }
        };
  }

  private static Optional<Watch> watch(ServiceRequestContext ctx) {
    return Optional.ofNullable(ctx.log().partial().channel())
        .map(channel -> channel.attr(WATCH).get());
  }

  /** One connection. Runs on its event loop, but for {@link #ended}. */
  private static final class Watch extends ChannelInboundHandlerAdapter {
    private final Duration longest;
    private final AtomicInteger running = new AtomicInteger();
    private @Nullable ScheduledFuture<?> deadline;

    Watch(Duration longest) {
      this.longest = longest;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
      if (message instanceof ByteBuf bytes && isHttp2(bytes)) {
        // It has limits of its own for what comes then, and keep-alives that are no requests.
        began();
        ctx.pipeline().remove(this);
      } else if (running.get() == 0 && deadline == null) {
        deadline =
            ctx.executor()
                .schedule(() -> late(ctx.channel()), longest.toMillis(), TimeUnit.MILLISECONDS);
      }
      ctx.fireChannelRead(message);
    }

    private static boolean isHttp2(ByteBuf bytes) {
      if (bytes.readableBytes() < PREFACE.length) {
        return false;
      }
      for (int i = 0; i < PREFACE.length; i++) {
        if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      cancel();
      ctx.fireChannelInactive();
    }

    private void late(Channel channel) {
      deadline = null;
      if (running.get() == 0) {
        channel.close();
      }
    }

    void began() {
      running.incrementAndGet();
      cancel();
    }

    void ended() {
      running.decrementAndGet();
    }

    private void cancel() {
      ScheduledFuture<?> scheduled = deadline;
      deadline = null;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }
}
