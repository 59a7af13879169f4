package dev.cloudlet.storage;

import java.time.Instant;
import java.util.Optional;

/** Keeps upload tickets. Each change is one conditional write. */
interface UploadStore {
  /** Adds the ticket unless one with its id exists. */
  boolean insert(StoredUpload upload);

  /** The ticket. */
  Optional<StoredUpload> find(UploadId uploadId);

  /** Notes what the store had; false if it was noted before: the first measure stands. */
  boolean complete(UploadId uploadId, StoredUpload.Measured measured);

  /** Forgets tickets that expired before {@code time}; says how many. */
  long forgetBefore(Instant time);
}
