package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.Optional;

/**
 * A ticket as it stands in the database.
 *
 * @param id {@code upl_...}
 * @param owner whose storage
 * @param bucket where the object will be
 * @param key where the object will be
 * @param sizeBytes as declared and signed in
 * @param promisedBytes room that is promised until the upload is complete
 * @param contentType as declared and signed in
 * @param createTime when it was made
 * @param expireTime until when the PUT may begin
 * @param measured what the store had when the upload was completed
 */
record StoredUpload(
    UploadId id,
    AccountId owner,
    String bucket,
    String key,
    long sizeBytes,
    long promisedBytes,
    String contentType,
    Instant createTime,
    Instant expireTime,
    Optional<Measured> measured) {

  /** What the store had. */
  record Measured(long sizeBytes, String contentType, String etag, Instant updateTime) {}
}
