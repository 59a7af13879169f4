package dev.cloudlet.dev;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.pushEach;

import com.mongodb.client.model.PushOptions;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Duration;
import java.util.List;

/** The clock's offset in the one document of {@code dev_clock}. */
final class MongoClockStore implements ClockStore {
  private final MongoRecords<ClockOffset> offsets;

  MongoClockStore(MongoConnection mongo) {
    offsets = mongo.records("dev_clock", ClockOffset.class);
    offsets.insertIfAbsent(new ClockOffset(ClockOffset.ID, Duration.ZERO, List.of()));
  }

  @Override
  public Duration offset() {
    return offsets.get(ClockOffset.ID).map(ClockOffset::offset).orElse(Duration.ZERO);
  }

  @Override
  public Duration advance(ClockMoveId moveId, Duration by) {
    offsets.update(
        and(eq("_id", ClockOffset.ID), ne("moves", moveId.value())),
        combine(
            inc("offset", by.toMillis()),
            pushEach("moves", List.of(moveId.value()), new PushOptions().slice(-KNOWN_MOVES))));
    return offset();
  }
}
