package dev.cloudlet.video;

import dev.cloudlet.kernel.error.PlatformException;
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

  /** Removes what is due; for the sweeper. */
  void sweep() {
    Instant now = clock.instant();
    for (Garbage garbage : store.due(now, BATCH)) {
      try {
        storage.deletePrefix(garbage.owner(), garbage.bucket(), garbage.prefix());
        if (now.isBefore(garbage.last())) {
          store.postpone(garbage, garbage.last());
        } else {
          store.done(garbage);
        }
      } catch (PlatformException later) {
        log.atInfo()
            .addKeyValue("prefix", garbage.prefix())
            .addKeyValue("reason", later.reason())
            .log("leftovers stay for now");
        store.postpone(garbage, now.plus(RETRY));
      }
    }
  }
}
