package dev.cloudlet.video;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.model.Sorts;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;

/** What is to be removed, in MongoDB, collection {@code video_garbage}. */
final class MongoGarbageStore implements GarbageStore {
  private final MongoRecords<Garbage> garbage;

  MongoGarbageStore(MongoConnection mongo) {
    this.garbage = mongo.records("video_garbage", Garbage.class, MongoIndex.of("due", "due"));
  }

  @Override
  public void note(Garbage noted) {
    garbage.insertIfAbsent(noted);
  }

  @Override
  public List<Garbage> due(Instant now, int limit) {
    return garbage.list(lte("due", MongoRecords.stored(now)), Sorts.ascending("due"), limit);
  }

  @Override
  public void postpone(Garbage later, Instant due) {
    garbage.update(eq("_id", later.id().value()), set("due", MongoRecords.stored(due)));
  }

  @Override
  public void done(Garbage gone) {
    garbage.delete(eq("_id", gone.id().value()));
  }
}
