package dev.cloudlet.identity;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Signing keys in this process, for tests. */
final class InMemorySigningKeyStore implements SigningKeyStore {
  // Bounded: one key per installation.
  private final ConcurrentHashMap<String, SealedKey> keys = new ConcurrentHashMap<>();

  @Override
  public Optional<SealedKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public boolean insert(SealedKey key) {
    return keys.putIfAbsent(key.id(), key) == null;
  }
}
