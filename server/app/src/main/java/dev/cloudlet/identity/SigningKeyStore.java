package dev.cloudlet.identity;

import java.util.Optional;

/** Keeps the sealed signing key that all servers of an installation share. */
interface SigningKeyStore {
  Optional<SealedKey> find(String id);

  /** Adds the key; false if one of its id is there, which then is the key. */
  boolean insert(SealedKey key);
}
