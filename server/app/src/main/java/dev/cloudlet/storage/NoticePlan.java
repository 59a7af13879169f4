package dev.cloudlet.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When the owner of a storage is told about the end of its period.
 *
 * @param first how long before the end for the first time; zero for never
 * @param last how long before the end once more; zero for never
 * @param grace how long objects stay readable after the end
 */
record NoticePlan(Duration first, Duration last, Duration grace) {
  /** What is told. */
  enum Kind {
    /** The period will end. */
    ENDS_SOON,
    /** The period is over: nothing can be written any more. */
    READ_ONLY,
    /** The grace is over: nothing is served any more. */
    CLOSED
  }

  /** What is told when. */
  record Notice(Kind kind, Instant time) {}

  static NoticePlan of(StorageConfig config) {
    return new NoticePlan(config.firstReminder(), config.lastReminder(), config.grace());
  }

  /** When the first notice after {@code now} is due. */
  Optional<Instant> firstAfter(Instant now, Instant periodEnd) {
    return all(periodEnd).map(Notice::time).filter(time -> time.isAfter(now)).findFirst();
  }

  /**
   * The notice to give now: of several that passed while nobody looked only the last one, because
   * the others tell what is no longer so.
   */
  Optional<Notice> dueAt(Instant now, Instant periodEnd) {
    return all(periodEnd).filter(notice -> !notice.time().isAfter(now)).reduce((one, next) -> next);
  }

  private Stream<Notice> all(Instant periodEnd) {
    Stream<Notice> before =
        Stream.of(first, last)
            .filter(Duration::isPositive)
            .distinct()
            .map(ahead -> new Notice(Kind.ENDS_SOON, periodEnd.minus(ahead)));
    Stream<Notice> after =
        grace.isZero()
            ? Stream.of(new Notice(Kind.CLOSED, periodEnd))
            : Stream.of(
                new Notice(Kind.READ_ONLY, periodEnd),
                new Notice(Kind.CLOSED, periodEnd.plus(grace)));
    List<Notice> all =
        Stream.concat(before, after).sorted(Comparator.comparing(Notice::time)).toList();
    return all.stream();
  }
}
