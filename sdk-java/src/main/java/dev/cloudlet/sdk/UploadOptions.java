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

  /** {@return options with everything guessed and no listener} */
  public static UploadOptions defaults() {
    return progress(TransferListener.none());
  }

  /**
   * {@return options with everything guessed and a listener}
   *
   * @param listener hears how far the upload is
   */
  public static UploadOptions progress(TransferListener listener) {
    return new UploadOptions(
        listener, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * {@return these options with a media type, such as {@code video/mp4}}
   *
   * @param type such as {@code video/mp4}
   */
  public UploadOptions withContentType(String type) {
    return new UploadOptions(listener, Optional.of(type), fileName, bucket, key);
  }

  /**
   * {@return these options with another file name}
   *
   * @param name the name
   */
  public UploadOptions withFileName(String name) {
    return new UploadOptions(listener, contentType, Optional.of(name), bucket, key);
  }

  /**
   * {@return these options with the bucket of a video}
   *
   * @param name the bucket
   */
  public UploadOptions withBucket(String name) {
    return new UploadOptions(listener, contentType, fileName, Optional.of(name), key);
  }

  /**
   * {@return these options with the key of the object; storage only}
   *
   * @param objectKey the key
   */
  public UploadOptions withKey(String objectKey) {
    return new UploadOptions(listener, contentType, fileName, bucket, Optional.of(objectKey));
  }
}
