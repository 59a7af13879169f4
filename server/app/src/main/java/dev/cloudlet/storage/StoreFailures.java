package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says failures of the object store in the words of the contract. */
final class StoreFailures {
  private static final Logger log = LoggerFactory.getLogger(StoreFailures.class);

  private StoreFailures() {}

  /**
   * Runs one piece of work on the store.
   *
   * @param what names the bucket or object for a person
   */
  static <T> T translating(String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (ObjectStoreException.NotFound absent) {
      throw PlatformException.notFound(
          absent.code().equals("NoSuchBucket") ? "bucket of" : "object", what);
    } catch (ObjectStoreException.Unavailable away) {
      throw new UnavailableException("The object store does not answer.", away);
    } catch (ObjectStoreException.Refused refused) {
      throw refused(what, refused);
    }
  }

  private static PlatformException refused(String what, ObjectStoreException.Refused refused) {
    return switch (refused.code()) {
      case "QuotaExceeded" ->
          new PlatformException(
              ErrorReason.ERROR_REASON_QUOTA_EXCEEDED, "Your storage is full.", refused);
      case "BucketNotEmpty" ->
          new PlatformException(
              ErrorReason.ERROR_REASON_BUCKET_NOT_EMPTY,
              "The bucket '" + what + "' still has objects. Delete them first.",
              refused);
      case "BucketAlreadyExists", "BucketAlreadyOwnedByYou" ->
          new PlatformException(
              ErrorReason.ERROR_REASON_BUCKET_EXISTS,
              "There is a bucket '" + what + "' already.",
              refused);
      default -> {
        log.atWarn()
            .addKeyValue("code", refused.code())
            .setCause(refused)
            .log("the object store refused");
        yield new PlatformException(
                ErrorReason.ERROR_REASON_OBJECT_STORE_REFUSED,
                "The object store refuses this for '" + what + "'.",
                refused)
            .with("store_code", refused.code());
      }
    };
  }
}
