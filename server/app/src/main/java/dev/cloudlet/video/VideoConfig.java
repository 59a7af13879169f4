package dev.cloudlet.video;

import dev.cloudlet.kernel.config.Key;
import java.time.Duration;

/** What an operator can set about video. */
public record VideoConfig(
    @Key(value = "3", doc = "attempts that a transcode gets before it is refunded") int maxAttempts,
    @Key(value = "6h", doc = "how long a transcode may take in all, waiting included")
        Duration timeLimit,
    @Key(value = "60s", doc = "how long a worker may be silent before its stream counts as broken")
        Duration workerSilence,
    @Key(value = "6h", doc = "how long a playback token lives if the caller does not say")
        Duration playbackTtl) {

  public VideoConfig {
    if (maxAttempts < 1 || maxAttempts > 20) {
      throw new IllegalArgumentException("max-attempts is 1 to 20");
    }
    if (timeLimit.toMinutes() < 1 || workerSilence.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "time-limit has a minute or more, worker-silence a second");
    }
    if (playbackTtl.toSeconds() < 60 || playbackTtl.toHours() > 24) {
      throw new IllegalArgumentException("playback-ttl is 1 minute to 24 hours");
    }
  }

  /** The defaults. */
  public static VideoConfig defaults() {
    return new VideoConfig(3, Duration.ofHours(6), Duration.ofSeconds(60), Duration.ofHours(6));
  }
}
