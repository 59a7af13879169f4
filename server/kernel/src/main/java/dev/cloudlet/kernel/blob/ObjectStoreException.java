package dev.cloudlet.kernel.blob;

/**
 * Why the object store did not do what was asked. Three outcomes: not there, refused, and unknown.
 */
public abstract sealed class ObjectStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private ObjectStoreException(String code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  private ObjectStoreException(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The S3 error code, such as {@code NoSuchKey} or {@code AccessDenied}. */
  public String code() {
    return code;
  }

  /**
   * The bucket ({@code NoSuchBucket}) or object ({@code NoSuchKey}) does not exist. Nothing was
   * changed.
   */
  public static final class NotFound extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    NotFound(String code, String message) {
      super(code, message);
    }

    NotFound(String code, String message, Throwable cause) {
      super(code, message, cause);
    }
  }

  /**
   * The store understood and said no; repeating the same request will not help. Nothing was
   * changed.
   */
  public static final class Refused extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    Refused(String code, String message) {
      super(code, message);
    }

    Refused(String code, String message, Throwable cause) {
      super(code, message, cause);
    }
  }

  /**
   * No answer, or one that says "later": a write may or may not have happened. Repeat it; every
   * write here is repeatable.
   */
  public static final class Unavailable extends ObjectStoreException {
    private static final long serialVersionUID = 1L;

    Unavailable(String code, String message) {
      super(code, message);
    }

    Unavailable(String code, String message, Throwable cause) {
      super(code, message, cause);
    }
  }
}
