package dev.cloudlet.video;

import dev.cloudlet.storage.StorageApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes outputs of attempts that lost and of earlier transcodes. */
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  // A worker that lost its attempt may still use URLs that were signed for it.
  private static final Duration LATE_WRITES = VideoTaskFiles.UPLOAD_TTL.plusMinutes(15);
  // Playback tokens of the earlier output live at most a day.
  private static final Duration LATE_VIEWERS = Duration.ofHours(25);
  private static final Duration RETRY = Duration.ofMinutes(10);
  private static final Duration LONGEST_RETRY = Duration.ofDays(1);
  private static final int BATCH = 100;

  private final GarbageStore store;
  private final StorageApi storage;
  private final InstantSource clock;

  Leftovers(GarbageStore store, StorageApi storage, InstantSource clock) {
    this.store = store;
    this.storage = storage;
    this.clock = clock;
  }

  /** Files of an attempt that lost: removed now and once more when nobody can write any more. */
  void attempt(Video video, String prefix) {
    Instant now = clock.instant();
    store.note(Garbage.of(video.owner(), video.bucket(), prefix, now, now.plus(LATE_WRITES)));
  }

  /** Files that somebody may still be watching. */
  void watched(Video video, String prefix) {
    Instant due = clock.instant().plus(LATE_VIEWERS);
    store.note(Garbage.of(video.owner(), video.bucket(), prefix, due, due));
  }

  /**
   * Removes what is due; for the sweeper. What can't be removed waits longer each time, and never
   * keeps the rest from being removed.
   */
  void sweep() {
    Instant now = clock.instant();
    for (Garbage garbage : store.due(now, BATCH)) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      sweep(garbage, now);
    }
  }

  private void sweep(Garbage garbage, Instant now) {
    try {
      storage.deletePrefix(garbage.owner(), garbage.bucket(), garbage.prefix());
    } catch (RuntimeException later) {
      Duration wait = backOff(garbage, now);
      log.atWarn()
          .addKeyValue("prefix", garbage.prefix())
          .addKeyValue("retry_s", wait.toSeconds())
          .setCause(later)
          .log("leftovers stay for now");
      store.postpone(garbage, now.plus(wait));
      return;
    }
    if (now.isBefore(garbage.last())) {
      store.postpone(garbage, garbage.last());
    } else {
      store.done(garbage);
    }
  }

  // A quarter of the time that it has been overdue: grows with every failure, and needs no counter.
  private static Duration backOff(Garbage garbage, Instant now) {
    Duration wait = Duration.between(garbage.last(), now).dividedBy(4);
    if (wait.compareTo(RETRY) < 0) {
      return RETRY;
    }
    return wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
  }
}
