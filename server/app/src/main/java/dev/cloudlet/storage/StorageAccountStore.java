package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageAccount.BucketMark;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageAccount.State;
import java.util.Optional;

/**
 * Keeps storage accounts. Every method that changes something is one conditional write on one
 * account and says whether the condition held; of two racing callers one wins.
 */
interface StorageAccountStore extends StorageRenewalStore, StorageWorkStore {
  /** Adds the account unless its owner has one. */
  boolean insert(StorageAccount account);

  /** The owner's account. */
  Optional<StorageAccount> find(AccountId owner);

  /** Moves the enabling {@code storageId} on. */
  boolean move(AccountId owner, StorageId storageId, State from, State to);

  /** CAPTURING to ACTIVE: everything is done. */
  boolean activate(AccountId owner, StorageId storageId, Period period);

  /** Forgets an enabling that came to nothing. */
  boolean remove(AccountId owner, StorageId storageId, State state);

  /**
   * Promises room to an upload, if at most {@code reservedLimit} bytes are promised so far and the
   * upload has none yet.
   */
  boolean reserve(AccountId owner, UploadId uploadId, Reservation room, long reservedLimit);

  /** Takes the promise back; false if there is none. */
  boolean unreserve(AccountId owner, UploadId uploadId, long bytes);

  /** Marks a bucket, or takes its mark away. */
  void markBucket(AccountId owner, String bucket, Optional<BucketMark> mark);
}
