package dev.cloudlet.identity;

import java.util.List;

/** Keeps the sealed signing keys that all servers of an installation share. */
interface SigningKeyStore {
  /** Every key, by id; there are few. */
  List<SealedKey> list();

  /** Adds the key; false if one of its id is there, which then is the key. */
  boolean insert(SealedKey key);

  /** Forgets a key. */
  void delete(SigningKeyId id);
}
