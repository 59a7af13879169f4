package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What other capabilities may do with a customer's storage. Every call names the owner; a bucket or
 * key of another account is not found.
 */
public interface StorageApi {
  /** A PUT that is about to come: what its ticket promises is signed into the URL. */
  record Upload(
      String uploadId,
      AccountId owner,
      String bucket,
      String key,
      long sizeBytes,
      String contentType,
      URI url,
      Map<String, String> headers,
      Instant expireTime) {}

  /** An object as the store has it. */
  record ObjectFacts(
      String bucket,
      String key,
      long sizeBytes,
      String contentType,
      String etag,
      Instant updateTime) {}

  /** A presigned PUT without a ticket, for what the platform itself makes. */
  record SignedPut(URI url, Map<String, String> headers) {}

  /**
   * Throws STORAGE_NOT_ENABLED or STORAGE_EXPIRED unless the account's storage is in its paid
   * period.
   */
  void requireActive(AccountId owner);

  /** Makes the bucket unless it exists. */
  void ensureBucket(AccountId owner, String bucket);

  /**
   * A ticket for one PUT to this key.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException QUOTA_EXCEEDED, STORAGE_NOT_ENABLED,
   *     STORAGE_EXPIRED
   */
  Upload createUpload(
      AccountId owner, String bucket, String key, long sizeBytes, String contentType, IdSource ids);

  /**
   * Looks at the object of a ticket and meters it; safe to repeat.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException UPLOAD_MISSING, UPLOAD_MISMATCH, NOT_FOUND
   */
  ObjectFacts completeUpload(AccountId owner, String uploadId);

  /** The object, if there is one. */
  Optional<ObjectFacts> head(AccountId owner, String bucket, String key);

  /** A presigned GET for clients, good for {@code ttl}; the object need not exist. */
  URI presignGet(AccountId owner, String bucket, String key, Duration ttl);

  /** Presigned GETs for many keys with one look at the account, for playlists. */
  java.util.function.Function<String, URI> presigner(AccountId owner, String bucket, Duration ttl);

  /** A presigned PUT of exactly these bytes and this type; QUOTA_EXCEEDED if they have no room. */
  SignedPut presignPut(
      AccountId owner, String bucket, String key, long sizeBytes, String contentType, Duration ttl);

  /** The bytes of a small object, at most {@code maxBytes}. */
  Optional<byte[]> readSmall(AccountId owner, String bucket, String key, int maxBytes);

  /** Removes every object below {@code prefix}; safe to repeat. */
  void deletePrefix(AccountId owner, String bucket, String prefix);
}
