package dev.cloudlet.storage;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Upload tickets in memory, for tests. Guarded by its monitor. */
final class InMemoryUploadStore implements UploadStore {
  private final Map<UploadId, StoredUpload> uploads = new HashMap<>();

  @Override
  public synchronized boolean insert(StoredUpload upload) {
    return uploads.putIfAbsent(upload.id(), upload) == null;
  }

  @Override
  public synchronized Optional<StoredUpload> find(UploadId uploadId) {
    return Optional.ofNullable(uploads.get(uploadId));
  }

  @Override
  public synchronized boolean complete(UploadId uploadId, StoredUpload.Measured measured) {
    Optional<StoredUpload> open = find(uploadId).filter(upload -> upload.measured().isEmpty());
    open.ifPresent(
        u ->
            uploads.put(
                uploadId,
                new StoredUpload(
                    u.id(),
                    u.owner(),
                    u.bucket(),
                    u.key(),
                    u.sizeBytes(),
                    u.promisedBytes(),
                    u.contentType(),
                    u.createTime(),
                    u.expireTime(),
                    Optional.of(measured))));
    return open.isPresent();
  }

  @Override
  public synchronized long forgetBefore(Instant time) {
    long before = uploads.size();
    uploads.values().removeIf(upload -> upload.expireTime().isBefore(time));
    return before - uploads.size();
  }
}
