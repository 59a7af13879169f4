package dev.cloudlet.kernel.telemetry;

import io.grpc.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Work that a thread does now: the present {@link Trace} of the thread until it is closed, by the
 * same thread, which also ends it. Whoever leaves without {@link #done} has failed.
 */
public final class Step implements AutoCloseable {
  static final Step NONE = new Step(NoTrace.INSTANCE, Optional.empty(), Optional.empty());

  private final Trace trace;
  private final Optional<Entered> entered;
  private final Optional<LogTags> tags;
  private boolean done;

  private record Entered(Context own, Context former) {}

  private Step(Trace trace, Optional<Entered> entered, Optional<LogTags> tags) {
    this.trace = trace;
    this.entered = entered;
    this.tags = tags;
  }

  /** Begins to do the work of {@code trace} on this thread. */
  public static Step of(Trace trace) {
    if (trace == NoTrace.INSTANCE) {
      return NONE;
    }
    Context own = Context.current().withValue(Trace.KEY, trace);
    return new Step(
        trace, Optional.of(new Entered(own, own.attach())), Optional.of(LogTags.ofTrace(trace)));
  }

  /** What is told of it. */
  public Trace trace() {
    return trace;
  }

  /** It succeeded. */
  public void done() {
    done = true;
  }

  /** It succeeded with {@code result}, which is given back. */
  public <T extends @Nullable Object> T done(T result) {
    done = true;
    return result;
  }

  /** It ended as it may end, though not well; the reason is the name of one. */
  public void refused(String reason) {
    done = true;
    trace.failed(reason);
  }

  @Override
  public void close() {
    entered.ifPresent(
        contexts -> {
          if (!done) {
            trace.failed("not done");
          }
          trace.end();
          contexts.own().detach(contexts.former());
        });
    tags.ifPresent(LogTags::close);
  }
}
