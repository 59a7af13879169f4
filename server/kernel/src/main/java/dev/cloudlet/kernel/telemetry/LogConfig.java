package dev.cloudlet.kernel.telemetry;

import dev.cloudlet.kernel.config.Key;
import java.util.Locale;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * How a process logs.
 *
 * @param format shape of a line
 * @param level least important level that is written
 */
public record LogConfig(
    @Key(value = "text", doc = "text for people, json for one object a line") Format format,
    @Key(value = "info", doc = "least important level that is written") Level level) {

  /** Shape of a log line. */
  public enum Format {
    TEXT,
    JSON
  }

  /** Importance of a log line. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** Text at info. */
  public static LogConfig standard() {
    return new LogConfig(Format.TEXT, Level.INFO);
  }

  /** Must be called before the first logger is made: the logging system reads it once. */
  public void apply() {
    System.setProperty("cloudlet.log.format", format.name().toLowerCase(Locale.ROOT));
    System.setProperty("cloudlet.log.level", level.name().toLowerCase(Locale.ROOT));
    // Libraries say at info what only their authors need.
    Level libraries = level == Level.ERROR ? Level.ERROR : Level.WARN;
    System.setProperty("cloudlet.log.libraries", libraries.name().toLowerCase(Locale.ROOT));
    // What some of them say with java.util.logging would else stand between our lines in another
    // form.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }
}
