package dev.cloudlet.identity;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.List;

/** The signing keys in {@code identity_keys}; one insert decides whose key all servers use. */
final class MongoSigningKeyStore implements SigningKeyStore {
  // Each is published for a small part of the time between two.
  private static final int MAX_KEYS = 100;

  private final MongoRecords<SealedKey> keys;

  MongoSigningKeyStore(MongoConnection mongo) {
    keys = mongo.records("identity_keys", SealedKey.class);
  }

  @Override
  public List<SealedKey> list() {
    return keys.list(
        Filters.gte("_id", SigningKeyId.of(0).value()), Sorts.ascending("_id"), MAX_KEYS);
  }

  @Override
  public boolean insert(SealedKey key) {
    return keys.insertIfAbsent(key);
  }

  @Override
  public void delete(SigningKeyId id) {
    keys.delete(Filters.eq("_id", id.value()));
  }
}
