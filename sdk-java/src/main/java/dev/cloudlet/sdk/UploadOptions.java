package dev.cloudlet.sdk;

import java.util.Optional;

/**
 * How to upload a file. Immutable; begin with {@link #defaults()} or {@link #progress}.
 *
 * @param listener hears how far the upload is
 * @param contentType media type; guessed from the file's name if empty
 * @param fileName the name to give; the file's own if empty
 * @param bucket the bucket of a video; the server's default {@code videos} if empty. Not used by
 *     {@link StorageClient#upload}, where the bucket is an argument
 * @param key the object's key, instead of one made by the server; storage only
 */
public record UploadOptions(
    TransferListener listener,
    Optional<String> contentType,
    Optional<String> fileName,
    Optional<String> bucket,
    Optional<String> key) {

  /** Everything guessed, nobody listens. */
  public static UploadOptions defaults() {
    return progress(TransferListener.none());
  }

  /** Everything guessed, with a listener. */
  public static UploadOptions progress(TransferListener listener) {
    return new UploadOptions(
        listener, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** These options with a media type, such as {@code video/mp4}. */
  public UploadOptions withContentType(String type) {
    return new UploadOptions(listener, Optional.of(type), fileName, bucket, key);
  }

  /** These options with another file name. */
  public UploadOptions withFileName(String name) {
    return new UploadOptions(listener, contentType, Optional.of(name), bucket, key);
  }

  /** These options with the bucket of a video. */
  public UploadOptions withBucket(String name) {
    return new UploadOptions(listener, contentType, fileName, Optional.of(name), key);
  }

  /** These options with the key of the object; storage only. */
  public UploadOptions withKey(String objectKey) {
    return new UploadOptions(listener, contentType, fileName, bucket, Optional.of(objectKey));
  }
}
