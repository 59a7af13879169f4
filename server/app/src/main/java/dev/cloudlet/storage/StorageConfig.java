package dev.cloudlet.storage;

import dev.cloudlet.kernel.config.Key;
import java.time.Duration;

/** What an operator can set about storage. */
public record StorageConfig(
    @Key(value = "7d", doc = "how long objects stay readable after the paid period ended")
        Duration grace,
    @Key(value = "1h", doc = "how long a ticket for an upload is good") Duration uploadTtl,
    @Key(value = "15m", doc = "how long a link for a download is good") Duration downloadTtl,
    @Key(
            value = "5s",
            doc = "how long a server may go on with what it knows of an S3 key if it misses news")
        Duration keyCache,
    @Key(
            value = "7d",
            doc =
                "how long before the paid period ends its owner is reminded by mail; 0s for never")
        Duration firstReminder,
    @Key(
            value = "1d",
            doc = "how long before the end the owner is reminded once more; 0s for never")
        Duration lastReminder) {
  private static final Duration LONGEST_LINK = Duration.ofDays(7);

  public StorageConfig {
    if (grace.isNegative() || keyCache.isNegative() || keyCache.toMinutes() > 5) {
      throw new IllegalArgumentException("grace is 0 or more, key-cache 0 to 5 minutes");
    }
    if (!isReminder(firstReminder) || !isReminder(lastReminder)) {
      throw new IllegalArgumentException("reminders come 0 to 29 days before the end");
    }
    if (!isLink(uploadTtl) || !isLink(downloadTtl)) {
      throw new IllegalArgumentException("links are good for 1 minute to 7 days");
    }
  }

  /** The defaults. */
  public static StorageConfig defaults() {
    return new StorageConfig(
        Duration.ofDays(7),
        Duration.ofHours(1),
        Duration.ofMinutes(15),
        Duration.ofSeconds(5),
        Duration.ofDays(7),
        Duration.ofDays(1));
  }

  private static boolean isReminder(Duration ahead) {
    return !ahead.isNegative() && ahead.compareTo(PaidPeriod.LENGTH) < 0;
  }

  private static boolean isLink(Duration ttl) {
    return ttl.toSeconds() >= 60 && ttl.compareTo(LONGEST_LINK) <= 0;
  }
}
