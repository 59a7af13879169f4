package dev.cloudlet.kernel.telemetry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What stands in every log line of this thread until it is closed, by the same thread: {@code
 * request_id} and, where something is traced, {@code trace_id}.
 */
public final class LogTags implements AutoCloseable {
  private static final String REQUEST = "request_id";
  private static final String TRACE = "trace_id";

  private final @Nullable String formerRequest = MDC.get(REQUEST);
  private final @Nullable String formerTrace = MDC.get(TRACE);

  private LogTags() {}

  /** Of a call. */
  public static LogTags ofCall(String requestId, Trace trace) {
    LogTags tags = ofTrace(trace);
    MDC.put(REQUEST, requestId);
    return tags;
  }

  /** Of other work. */
  public static LogTags ofTrace(Trace trace) {
    LogTags tags = new LogTags();
    trace.id().ifPresent(id -> MDC.put(TRACE, id));
    return tags;
  }

  /** The line with a further field, if there is a value. */
  public static LoggingEventBuilder with(
      LoggingEventBuilder line, String field, Optional<String> value) {
    return value.map(known -> line.addKeyValue(field, known)).orElse(line);
  }

  @Override
  public void close() {
    put(REQUEST, formerRequest);
    put(TRACE, formerTrace);
  }

  private static void put(String key, @Nullable String former) {
    if (former == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, former);
    }
  }
}
