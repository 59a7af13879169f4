package dev.cloudlet.storage;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.Optional;

/** Key pairs in MongoDB, collection {@code storage_keys}. */
final class MongoS3KeyStore implements S3KeyStore {
  private final MongoRecords<S3Key> keys;

  MongoS3KeyStore(MongoConnection mongo) {
    this.keys = mongo.records("storage_keys", S3Key.class, MongoIndex.unique("slot", "slot"));
  }

  @Override
  public boolean insert(S3Key key) {
    return keys.insertIfAbsent(key);
  }

  @Override
  public Optional<S3Key> find(String accessKeyId) {
    return keys.get(accessKeyId);
  }

  @Override
  public Optional<S3Key> findInSlot(String slot) {
    return keys.find(eq("slot", slot));
  }

  @Override
  public boolean delete(AccountId owner, String accessKeyId) {
    return keys.delete(and(eq("_id", accessKeyId), eq("owner", owner.value())));
  }
}
