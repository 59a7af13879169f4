package dev.cloudlet.jobs;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * The times of a cron expression in UTC: minute, hour, day of month, month, day of week.
 *
 * @param expression such as {@code 0 * * * *}
 */
record CronTimes(String expression, ExecutionTime times) {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /** Throws {@link IllegalArgumentException} if it is none, or has no times. */
  static CronTimes of(String expression) {
    CronTimes cron =
        new CronTimes(expression, ExecutionTime.forCron(PARSER.parse(expression).validate()));
    cron.after(Instant.EPOCH);
    return cron;
  }

  /** The first one after that. */
  Instant after(Instant time) {
    return times
        .nextExecution(time.atZone(ZoneOffset.UTC))
        .map(ZonedDateTime::toInstant)
        .orElseThrow(() -> new IllegalArgumentException("'" + expression + "' has no times"));
  }
}
