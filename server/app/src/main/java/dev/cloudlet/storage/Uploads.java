package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.blob.PresignedPut;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageApi.ObjectFacts;
import dev.cloudlet.storage.StorageApi.Upload;
import dev.cloudlet.storage.StoredUpload.Measured;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Tickets for uploads. Room is promised in the account's document, which decides the quota among
 * racing requests; the ticket is kept beside it; the object is looked at when the client says that
 * it is done. A promise whose ticket was never written ends by itself.
 */
final class Uploads {
  // A PUT that began in time may go on for a while.
  private static final Duration SLACK = Duration.ofMinutes(15);
  private static final Duration REMEMBER = Duration.ofDays(7);

  private final StorageAccounts accounts;
  private final StorageAccountStore rooms;
  private final UploadStore uploads;
  private final Buckets buckets;
  private final StorageBackend backend;
  private final InstantSource clock;
  private final Duration ttl;

  Uploads(
      StorageAccounts accounts,
      StorageAccountStore rooms,
      UploadStore uploads,
      Buckets buckets,
      StorageBackend backend,
      InstantSource clock,
      Duration ttl) {
    this.accounts = accounts;
    this.rooms = rooms;
    this.uploads = uploads;
    this.buckets = buckets;
    this.backend = backend;
    this.clock = clock;
    this.ttl = ttl;
  }

  /**
   * What is to come.
   *
   * @param sizeBytes to be signed in, or {@link StorageApi#ANY_SIZE}
   * @param promisedBytes room to promise
   */
  record Wish(String bucket, String key, long sizeBytes, long promisedBytes, String contentType) {}

  private static boolean anySize(StoredUpload ticket) {
    return ticket.sizeBytes() == StorageApi.ANY_SIZE;
  }

  /** A ticket; run again with the same ids it is the same one. */
  Upload create(AccountId owner, Wish wish, IdSource ids) {
    StorageAccount account = accounts.requireActive(owner);
    ObjectKeys.requireValid("key", wish.key());
    buckets.require(owner, wish.bucket());
    if (wish.sizeBytes() == StorageApi.ANY_SIZE && !backend.supportsCredentials()) {
      throw PlatformException.invalidField(
          "unsigned_size",
          "storage.size_needed",
          "This installation's object store needs size_bytes.");
    }
    Instant now = clock.instant();
    StoredUpload ticket =
        new StoredUpload(
            new UploadId(ids.next(UploadId.PREFIX)),
            owner,
            wish.bucket(),
            wish.key(),
            wish.sizeBytes(),
            wish.promisedBytes(),
            wish.contentType(),
            now,
            now.plus(accounts.writableFor(owner, ttl)),
            Optional.empty());
    reserve(account, ticket);
    if (!uploads.insert(ticket)) {
      ticket = require(owner, ticket.id());
      if (ticket.measured().isPresent()) {
        rooms.unreserve(owner, ticket.id(), ticket.promisedBytes());
      }
    }
    return sign(ticket, now);
  }

  private Upload sign(StoredUpload ticket, Instant now) {
    Duration left = Duration.between(now, ticket.expireTime());
    if (left.toSeconds() < 1) {
      throw expired();
    }
    StorageBackend.UrlSigner urls = backend.open(ticket.owner()).urls();
    PresignedPut put =
        anySize(ticket)
            ? urls.putOfAnySize(ticket.bucket(), ticket.key(), left)
            : urls.put(
                ticket.bucket(), ticket.key(), left, ticket.sizeBytes(), ticket.contentType());
    return new Upload(
        ticket.id(),
        ticket.owner(),
        ticket.bucket(),
        ticket.key(),
        ticket.sizeBytes(),
        ticket.contentType(),
        put.url(),
        put.headers(),
        ticket.expireTime());
  }

  private void reserve(StorageAccount account, StoredUpload ticket) {
    AccountId owner = account.id();
    Reservation room = new Reservation(ticket.promisedBytes(), ticket.expireTime().plus(SLACK));
    if (account.reservations().size() < StorageAccount.MAX_OPEN && fits(account, ticket, room)) {
      return;
    }
    dropEnded(account);
    StorageAccount fresh = accounts.requireActive(owner);
    if (fresh.reservations().containsKey(ticket.id())) {
      return;
    }
    if (fresh.reservations().size() >= StorageAccount.MAX_OPEN) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_OVERLOADED,
              StorageAccount.MAX_OPEN + " uploads are open. Complete some first.")
          .retryAfter(Duration.ofSeconds(30));
    }
    if (!fits(fresh, ticket, room)) {
      throw full(fresh);
    }
  }

  private boolean fits(StorageAccount account, StoredUpload ticket, Reservation room) {
    long limit = account.quotaBytes() - backend.usedBytes(account.id()) - room.bytes();
    return limit >= 0 && rooms.reserve(account.id(), ticket.id(), room, limit);
  }

  private void dropEnded(StorageAccount account) {
    Instant now = clock.instant();
    account
        .reservations()
        .forEach(
            (id, room) -> {
              if (room.until().isBefore(now)) {
                rooms.unreserve(account.id(), id, room.bytes());
              }
            });
  }

  /** QUOTA_EXCEEDED unless so many bytes have room now; nothing is promised. */
  void requireRoom(AccountId owner, long bytes) {
    StorageAccount account = accounts.requireActive(owner);
    if (free(account) < bytes) {
      dropEnded(account);
      StorageAccount fresh = accounts.requireActive(owner);
      if (free(fresh) < bytes) {
        throw full(fresh);
      }
    }
  }

  private long free(StorageAccount account) {
    return account.quotaBytes() - backend.usedBytes(account.id()) - account.reservedBytes();
  }

  private PlatformException full(StorageAccount account) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
            "There is not enough room in your storage. Delete something first.")
        .with("free_bytes", Math.max(0, free(account)));
  }

  /** Looks at the object and meters it once; safe to repeat. */
  ObjectFacts complete(AccountId owner, UploadId uploadId) {
    StoredUpload ticket = require(owner, uploadId);
    if (ticket.measured().isEmpty()) {
      accounts.requireReadable(owner);
      ObjectInfo info = look(ticket);
      Measured measured = new Measured(info.size(), type(info), info.etag(), info.lastModified());
      if (!anySize(ticket)
          && (measured.sizeBytes() != ticket.sizeBytes()
              || !measured.contentType().equalsIgnoreCase(ticket.contentType()))) {
        throw mismatch(ticket, measured);
      }
      if (uploads.complete(uploadId, measured)) {
        backend.changed(owner, measured.sizeBytes());
      }
      ticket = require(owner, uploadId);
    }
    // Also when another run noted the measure: it may have stopped before it gave the room back.
    rooms.unreserve(owner, uploadId, ticket.promisedBytes());
    Measured had = ticket.measured().orElseThrow();
    return new ObjectFacts(
        ticket.bucket(),
        ticket.key(),
        had.sizeBytes(),
        had.contentType(),
        had.etag(),
        had.updateTime());
  }

  private ObjectInfo look(StoredUpload ticket) {
    try {
      return StoreFailures.translating(
          ticket.key(),
          () -> {
            try {
              return backend.open(ticket.owner()).objects().head(ticket.bucket(), ticket.key());
            } catch (ObjectStoreException.NotFound absent) {
              throw missing(ticket, absent);
            }
          });
    } catch (IllegalArgumentException impossible) {
      throw missing(ticket, impossible);
    }
  }

  private PlatformException missing(StoredUpload ticket, RuntimeException absent) {
    if (clock.instant().isAfter(ticket.expireTime())) {
      return expired();
    }
    return new PlatformException(
        ErrorReason.ERROR_REASON_UPLOAD_MISSING,
        "The bytes are not in the store yet. PUT them to the ticket's URL first.",
        absent);
  }

  private static PlatformException mismatch(StoredUpload ticket, Measured measured) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_UPLOAD_MISMATCH,
            "The object in the store is not what was declared. Ask for a new ticket.")
        .with("declared_bytes", ticket.sizeBytes())
        .with("stored_bytes", measured.sizeBytes())
        .with("declared_type", ticket.contentType())
        .with("stored_type", measured.contentType());
  }

  private static PlatformException expired() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_UPLOAD_EXPIRED, "The upload ticket is over. Ask for a new one.");
  }

  private StoredUpload require(AccountId owner, UploadId uploadId) {
    return uploads
        .find(uploadId)
        .filter(upload -> upload.owner().equals(owner))
        .orElseThrow(() -> PlatformException.notFound("upload", uploadId.value()));
  }

  static String type(ObjectInfo info) {
    return info.contentType().orElse("application/octet-stream");
  }

  /** Forgets tickets that ended a week ago; for the sweeper. */
  void sweep() {
    uploads.forgetBefore(clock.instant().minus(REMEMBER));
  }
}
