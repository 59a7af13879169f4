package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.PresignedPut;
import dev.cloudlet.kernel.blob.ResponseOverrides;
import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.id.AccountId;
import java.net.URI;
import java.time.Duration;

/**
 * Where customers' objects are and how tenants are kept apart there. Bucket names are the
 * customer's own everywhere here. Calls block; any thread. Failures are {@link
 * dev.cloudlet.kernel.blob.ObjectStoreException}.
 */
interface StorageBackend extends AutoCloseable {
  /** Makes the owner's place and proves that it answers; safe to repeat. */
  void provision(AccountId owner);

  /** The owner's place. */
  OwnerStore open(AccountId owner);

  /**
   * The owner's objects for the platform's own cleaning up, which must work after the paid period
   * and the grace are over as well.
   */
  ObjectStore cleaner(AccountId owner);

  /** Bytes the owner has stored, as the store counts them. */
  long usedBytes(AccountId owner);

  /** Tells that the platform saw the owner's bytes change, for backends that count seldom. */
  void changed(AccountId owner, long deltaBytes);

  /** Whether customers can have key pairs of their own. */
  boolean supportsCredentials();

  /** The address for clients: scheme, host and port. */
  URI publicEndpoint();

  /** The region that signatures name. */
  String region();

  @Override
  void close();

  /** One owner's buckets and objects, seen by nobody else. */
  record OwnerStore(ObjectStore objects, UrlSigner urls) {}

  /** Signs URLs for one owner; no I/O. */
  interface UrlSigner {
    /** As {@link dev.cloudlet.kernel.blob.Presigner#get}. */
    SignedUrl get(String bucket, String key, Duration expiry, ResponseOverrides overrides);

    /** As {@link dev.cloudlet.kernel.blob.Presigner#put}. */
    PresignedPut put(String bucket, String key, Duration expiry, long length, String contentType);

    /** A presigned PUT without length and type; the store's own quota bounds the bytes. */
    PresignedPut putOfAnySize(String bucket, String key, Duration expiry);
  }
}
