package dev.cloudlet.storage;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Updates.set;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.Optional;

/** Upload tickets in MongoDB, collection {@code storage_uploads}. */
final class MongoUploadStore implements UploadStore {
  private final MongoRecords<StoredUpload> uploads;

  MongoUploadStore(MongoConnection mongo) {
    this.uploads =
        mongo.records(
            "storage_uploads", StoredUpload.class, MongoIndex.of("expireTime", "expireTime"));
  }

  @Override
  public boolean insert(StoredUpload upload) {
    return uploads.insertIfAbsent(upload);
  }

  @Override
  public Optional<StoredUpload> find(UploadId uploadId) {
    return uploads.get(uploadId);
  }

  @Override
  public boolean complete(UploadId uploadId, StoredUpload.Measured measured) {
    return uploads.update(
        and(eq("_id", uploadId.value()), exists("measured", false)),
        set("measured", MongoRecords.stored(measured)));
  }

  @Override
  public long forgetBefore(Instant time) {
    return uploads.deleteAll(lt("expireTime", MongoRecords.stored(time)));
  }
}
