package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.util.Optional;

/** Keeps key pairs; every look-up is by a unique key. */
interface S3KeyStore {
  /** Adds the pair unless its id or its slot is taken. */
  boolean insert(S3Key key);

  /** The pair of that access key id. */
  Optional<S3Key> find(String accessKeyId);

  /** The pair in that slot. */
  Optional<S3Key> findInSlot(String slot);

  /** Removes the owner's pair; false if there is none. */
  boolean delete(AccountId owner, String accessKeyId);
}
