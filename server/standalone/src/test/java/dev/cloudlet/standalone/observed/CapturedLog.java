package dev.cloudlet.standalone.observed;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * Every line of the platform, as {@code log.level=debug} writes it, in both forms of {@code
 * log.format}; the console keeps to what it had.
 */
final class CapturedLog implements AutoCloseable {
  // It stands for a server of somebody else, and tells its users' passwords.
  private static final String MAIL_SERVER = "com.icegreen";

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final Logger ours = context.getLogger("dev.cloudlet");
  private final Logger all = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<String> text = new CopyOnWriteArrayList<>();
  private final List<String> json = new CopyOnWriteArrayList<>();
  private final ThresholdFilter quiet = new ThresholdFilter();
  private final Lines lines;

  CapturedLog() {
    ConsoleAppender<ILoggingEvent> console =
        (ConsoleAppender<ILoggingEvent>) all.getAppender("text");
    quiet.setLevel("INFO");
    quiet.start();
    console.addFilter(quiet);
    JsonEncoder objects = new JsonEncoder();
    objects.setContext(context);
    objects.start();
    lines = new Lines(console.getEncoder(), objects);
    lines.setContext(context);
    lines.start();
    ours.setLevel(Level.DEBUG);
    all.addAppender(lines);
  }

  private final class Lines extends AppenderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> asText;
    private final Encoder<ILoggingEvent> asJson;

    Lines(Encoder<ILoggingEvent> asText, Encoder<ILoggingEvent> asJson) {
      this.asText = asText;
      this.asJson = asJson;
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLoggerName().startsWith(MAIL_SERVER)) {
        return;
      }
      text.add(new String(asText.encode(event), StandardCharsets.UTF_8));
      json.add(new String(asJson.encode(event), StandardCharsets.UTF_8));
    }
  }

  /** The lines of {@code log.format=text} so far. */
  List<String> text() {
    return List.copyOf(text);
  }

  /** The lines of {@code log.format=json} so far. */
  List<String> json() {
    return List.copyOf(json);
  }

  @Override
  public void close() {
    all.detachAppender(lines);
    ours.setLevel(null);
    quiet.stop();
  }
}
