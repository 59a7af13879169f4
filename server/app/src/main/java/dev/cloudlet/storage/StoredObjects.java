package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectContent;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectPage;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.blob.PresignedPut;
import dev.cloudlet.kernel.blob.ResponseOverrides;
import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageApi.ObjectFacts;
import dev.cloudlet.storage.StorageApi.PrefixFacts;
import dev.cloudlet.storage.StorageApi.SignedPut;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/** A customer's objects: look, read, list, sign, delete. */
final class StoredObjects {
  private static final int MAX_PAGES = 100;

  private final StorageAccounts accounts;
  private final StorageBackend backend;

  StoredObjects(StorageAccounts accounts, StorageBackend backend) {
    this.accounts = accounts;
    this.backend = backend;
  }

  Optional<ObjectFacts> head(AccountId owner, String bucket, String key) {
    accounts.requireReadable(owner);
    return StoreFailures.translating(
        key,
        () -> {
          try {
            return Optional.of(facts(bucket, objects(owner).head(bucket, key)));
          } catch (ObjectStoreException.NotFound absent) {
            return Optional.empty();
          } catch (IllegalArgumentException impossible) {
            // A name that no store takes: there is nothing.
            return Optional.empty();
          }
        });
  }

  static ObjectFacts facts(String bucket, ObjectInfo info) {
    return new ObjectFacts(
        bucket, info.key(), info.size(), Uploads.type(info), info.etag(), info.lastModified());
  }

  /** A link and when it ends. */
  record Link(SignedUrl url, Instant expireTime) {}

  /**
   * A link that makes browsers save the object under its own name, for {@code ttl}, or less where
   * the object can't be read for so long.
   */
  Link download(AccountId owner, String bucket, String key, Duration ttl) {
    // Read before the link is signed: it never ends sooner than is said.
    Instant now = accounts.now();
    Duration lives = accounts.readableFor(owner, ttl);
    String name = key.substring(key.lastIndexOf('/') + 1);
    SignedUrl url =
        backend.open(owner).urls().get(bucket, key, lives, ResponseOverrides.attachment(name));
    return new Link(url, now.plus(lives));
  }

  Function<String, SignedUrl> presigner(AccountId owner, String bucket, Duration ttl) {
    Duration lives = accounts.readableFor(owner, ttl);
    StorageBackend.UrlSigner urls = backend.open(owner).urls();
    return key -> urls.get(bucket, key, lives, ResponseOverrides.NONE);
  }

  SignedPut put(AccountId owner, StorageApi.NewObject object, String bucket, Duration ttl) {
    PresignedPut put =
        backend
            .open(owner)
            .urls()
            .put(bucket, object.key(), ttl, object.sizeBytes(), object.contentType());
    return new SignedPut(put.url(), put.headers());
  }

  Optional<byte[]> readSmall(AccountId owner, String bucket, String key, int maxBytes) {
    accounts.requireReadable(owner);
    return StoreFailures.translating(key, () -> read(owner, bucket, key, maxBytes));
  }

  private Optional<byte[]> read(AccountId owner, String bucket, String key, int maxBytes) {
    try (ObjectContent content = objects(owner).get(bucket, key, Optional.empty())) {
      if (content.length() > maxBytes) {
        throw new PlatformException(
            ErrorReason.ERROR_REASON_TOO_LARGE,
            "The object is larger than " + maxBytes + " bytes.");
      }
      return Optional.of(content.body().readNBytes(maxBytes));
    } catch (ObjectStoreException.NotFound absent) {
      return Optional.empty();
    } catch (IOException broken) {
      throw new UnavailableException("The object store broke off.", broken);
    }
  }

  ObjectPage list(AccountId owner, String bucket, String prefix, Optional<String> token, int size) {
    accounts.requireReadable(owner);
    return StoreFailures.translating(
        bucket, () -> objects(owner).list(bucket, prefix, token, size));
  }

  /** Makes sure the object is gone. */
  void delete(AccountId owner, String bucket, String key) {
    accounts.requireActive(owner);
    Optional<ObjectFacts> had = head(owner, bucket, key);
    if (had.isEmpty()) {
      return;
    }
    StoreFailures.translating(
        key,
        () -> {
          objects(owner).delete(bucket, key);
          return key;
        });
    backend.changed(owner, -had.get().sizeBytes());
  }

  /** Makes sure that nothing is left below the prefix; also when the paid period is over. */
  void deletePrefix(AccountId owner, String bucket, String prefix) {
    accounts.requireEnabled(owner);
    ObjectStore cleaner = backend.cleaner(owner);
    PrefixFacts had = measure(cleaner, bucket, prefix);
    StoreFailures.translating(
        prefix,
        () -> {
          try {
            return cleaner.deletePrefix(bucket, prefix);
          } catch (ObjectStoreException.NotFound absent) {
            return 0L;
          }
        });
    backend.changed(owner, -had.totalBytes());
  }

  PrefixFacts measure(AccountId owner, String bucket, String prefix) {
    accounts.requireReadable(owner);
    return measure(objects(owner), bucket, prefix);
  }

  private static PrefixFacts measure(ObjectStore objects, String bucket, String prefix) {
    return StoreFailures.translating(
        prefix,
        () -> {
          try {
            return count(objects, bucket, prefix);
          } catch (ObjectStoreException.NotFound absent) {
            return new PrefixFacts(0, 0);
          }
        });
  }

  private static PrefixFacts count(ObjectStore objects, String bucket, String prefix) {
    long number = 0;
    long bytes = 0;
    Optional<String> token = Optional.empty();
    for (int page = 0; page < MAX_PAGES; page++) {
      ObjectPage found = objects.list(bucket, prefix, token, ObjectStore.MAX_BATCH);
      number += found.objects().size();
      bytes += found.objects().stream().mapToLong(ObjectInfo::size).sum();
      token = found.nextPageToken();
      if (token.isEmpty()) {
        return new PrefixFacts(number, bytes);
      }
    }
    throw new IllegalStateException("more than " + MAX_PAGES * ObjectStore.MAX_BATCH + " objects");
  }

  private ObjectStore objects(AccountId owner) {
    return backend.open(owner).objects();
  }
}
