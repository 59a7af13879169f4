package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.Optional;

/** The signing key in {@code identity_keys}; one insert decides whose key all servers use. */
final class MongoSigningKeyStore implements SigningKeyStore {
  private final MongoRecords<SealedKey> keys;

  MongoSigningKeyStore(MongoConnection mongo) {
    keys = mongo.records("identity_keys", SealedKey.class);
  }

  @Override
  public Optional<SealedKey> find(String id) {
    return keys.get(id);
  }

  @Override
  public boolean insert(SealedKey key) {
    return keys.insertIfAbsent(key);
  }
}
