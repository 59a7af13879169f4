package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What other capabilities may do with a customer's storage. Every call names the owner; a bucket or
 * key of another account is not found.
 */
public interface StorageApi {
  /**
   * Size of an upload whose client can't tell it: length and type are not signed, and the store's
   * quota alone bounds the bytes.
   */
  long ANY_SIZE = -1;

  /** Gives {@code key} back if it may name an object; else INVALID_FIELD for {@code field}. */
  static String requireValidKey(String field, String key) {
    return ObjectKeys.requireValid(field, key);
  }

  /** The customer's file name as the last part of a key made by the server. */
  static String safeName(String fileName) {
    return ObjectKeys.sanitised(fileName);
  }

  /** A PUT that is about to come: what its ticket promises is signed into the URL. */
  record Upload(
      UploadId uploadId,
      AccountId owner,
      String bucket,
      String key,
      long sizeBytes,
      String contentType,
      SignedUrl url,
      Map<String, String> headers,
      Instant expireTime) {

    /** The message of the contract. */
    public dev.cloudlet.api.storage.v1.UploadTicket toMessage() {
      return StorageMessages.ticket(this);
    }
  }

  /** An object as the store has it. */
  record ObjectFacts(
      String bucket,
      String key,
      long sizeBytes,
      String contentType,
      String etag,
      Instant updateTime) {}

  /** A presigned PUT without a ticket, for what the platform itself makes. */
  record SignedPut(SignedUrl url, Map<String, String> headers) {}

  /** An object that the platform is about to make. */
  record NewObject(String key, long sizeBytes, String contentType) {}

  /** How many objects there are and their bytes. */
  record PrefixFacts(long count, long totalBytes) {}

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
  ObjectFacts completeUpload(AccountId owner, UploadId uploadId);

  /** The object, if there is one. */
  Optional<ObjectFacts> head(AccountId owner, String bucket, String key);

  /** A presigned GET for clients, good for {@code ttl}; the object need not exist. */
  SignedUrl presignGet(AccountId owner, String bucket, String key, Duration ttl);

  /** Presigned GETs for many keys with one look at the account, for playlists. */
  Function<String, SignedUrl> presigner(AccountId owner, String bucket, Duration ttl);

  /** The bytes of a small object, at most {@code maxBytes}. */
  Optional<byte[]> readSmall(AccountId owner, String bucket, String key, int maxBytes);

  /**
   * Presigned PUTs for many objects at once, in their order; QUOTA_EXCEEDED if they have no room
   * together.
   */
  List<SignedPut> presignPuts(
      AccountId owner, String bucket, List<NewObject> objects, Duration ttl);

  /** Counts the objects whose keys begin with {@code prefix}; at most 100,000. */
  PrefixFacts measure(AccountId owner, String bucket, String prefix);

  /** Removes every object below {@code prefix}; safe to repeat. */
  void deletePrefix(AccountId owner, String bucket, String prefix);
}
