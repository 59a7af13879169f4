package dev.cloudlet.identity;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** Signing keys in this process, for tests. */
final class InMemorySigningKeyStore implements SigningKeyStore {
  // Bounded: old keys are forgotten.
  private final ConcurrentSkipListMap<SigningKeyId, SealedKey> keys =
      new ConcurrentSkipListMap<>(Comparator.comparing(SigningKeyId::value));

  @Override
  public List<SealedKey> list() {
    return List.copyOf(keys.values());
  }

  @Override
  public boolean insert(SealedKey key) {
    return keys.putIfAbsent(key.id(), key) == null;
  }

  @Override
  public void delete(SigningKeyId id) {
    keys.remove(id);
  }
}
