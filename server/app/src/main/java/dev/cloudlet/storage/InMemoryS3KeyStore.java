package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Key pairs in memory, for tests. Guarded by its monitor. */
final class InMemoryS3KeyStore implements S3KeyStore {
  private final Map<String, S3Key> keys = new HashMap<>();

  @Override
  public synchronized boolean insert(S3Key key) {
    return findInSlot(key.slot()).isEmpty() && keys.putIfAbsent(key.id(), key) == null;
  }

  @Override
  public synchronized Optional<S3Key> find(String accessKeyId) {
    return Optional.ofNullable(keys.get(accessKeyId));
  }

  @Override
  public synchronized Optional<S3Key> findInSlot(String slot) {
    return keys.values().stream().filter(key -> key.slot().equals(slot)).findAny();
  }

  @Override
  public synchronized boolean delete(AccountId owner, String accessKeyId) {
    boolean there = find(accessKeyId).filter(key -> key.owner().equals(owner)).isPresent();
    if (there) {
      keys.remove(accessKeyId);
    }
    return there;
  }
}
