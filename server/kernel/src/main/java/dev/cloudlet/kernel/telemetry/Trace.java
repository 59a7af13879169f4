package dev.cloudlet.kernel.telemetry;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Context;
import io.netty.util.AttributeKey;
import java.util.Optional;

/**
 * A piece of work as a trace shows it: a span. Like the request id in the log, the present one is
 * found wherever code runs for it, so that adapters take part without being handed anything; it
 * travels in gRPC's context, and in the HTTP request's where no call runs. Nothing that decides
 * anything reads it.
 *
 * <p>Names and values are for operators: no message, no address and nothing secret stands in them.
 */
public interface Trace {
  /** Who does the work. */
  enum Kind {
    /** A request that came in. */
    SERVER,
    /** A request that goes out. */
    CLIENT,
    /** Work that was queued. */
    CONSUMER,
    /** A part of other work. */
    INTERNAL
  }

  /** The HTTP request's own, where {@link #current} finds it. */
  AttributeKey<Trace> OF_REQUEST = AttributeKey.valueOf(Trace.class, "OF_REQUEST");

  /** Where the present one travels. */
  Context.Key<Trace> KEY = Context.key("cloudlet-trace");

  /** The present one; if nothing is traced, one that does nothing. */
  static Trace current() {
    Trace ofCall = KEY.get();
    return ofCall == null ? ofRequest() : ofCall;
  }

  /** That of the HTTP request which this thread serves. */
  static Trace ofRequest() {
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    return http == null ? NoTrace.INSTANCE : of(http);
  }

  /** One that does nothing. */
  static Trace none() {
    return NoTrace.INSTANCE;
  }

  /** That of an HTTP request. */
  static Trace of(ServiceRequestContext http) {
    Trace ofRequest = http.attr(OF_REQUEST);
    return ofRequest == null ? NoTrace.INSTANCE : ofRequest;
  }

  /** A part of the present work, on this thread until it is closed. */
  static Step step(String name) {
    return Step.of(current().child(name, Kind.INTERNAL));
  }

  /** A request to another system, on this thread until it is closed. */
  static Step request(String system, String what) {
    Trace current = current();
    return current == NoTrace.INSTANCE
        ? Step.NONE
        : Step.of(current.child(system + ' ' + what, Kind.CLIENT).with("peer.service", system));
  }

  /** A part of this work; ends by itself, not with this. */
  Trace child(String name, Kind kind);

  /** Gives it another name, once more is known. */
  Trace named(String name);

  /** Adds a fact. */
  Trace with(String key, String value);

  /** Adds a fact. */
  Trace with(String key, long value);

  /** Says that the work did not succeed, and why: the name of a reason or an exception's class. */
  void failed(String reason);

  /** The work is over. Nothing is added afterwards. */
  void end();

  /** The id of the whole trace: 32 hexadecimal digits; empty if nothing is traced. */
  Optional<String> id();

  /** The {@code traceparent} with which others go on; empty if nothing is traced. */
  Optional<String> parent();
}
