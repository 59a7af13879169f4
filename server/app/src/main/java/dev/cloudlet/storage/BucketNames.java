package dev.cloudlet.storage;

import dev.cloudlet.kernel.error.PlatformException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Rules for the names of buckets: those of S3 without dots, and without reserved words. */
final class BucketNames {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
  private static final Set<String> RESERVED =
      Set.of("cloudlet", "admin", "internal", "system", "platform", "assets", "healthz");
  private static final List<String> RESERVED_PREFIXES = List.of("xn--", "sthree-", "cloudlet-");
  private static final List<String> RESERVED_SUFFIXES = List.of("-s3alias", "--ol-s3", "--x-s3");

  private BucketNames() {}

  /** Whether such a bucket can exist at all. */
  static boolean isPossible(String bucket) {
    return FORM.matcher(bucket).matches();
  }

  /** Refuses a name for a new bucket; gives it back. */
  static String requireNew(String bucket) {
    if (!isPossible(bucket)) {
      throw PlatformException.invalidField(
          "bucket",
          "bucket_name",
          "A bucket name has 3 to 63 of a-z, 0-9 and '-', with a letter or digit at both ends.");
    }
    if (RESERVED.contains(bucket)
        || RESERVED_PREFIXES.stream().anyMatch(bucket::startsWith)
        || RESERVED_SUFFIXES.stream().anyMatch(bucket::endsWith)) {
      throw PlatformException.invalidField(
          "bucket", "bucket_name.reserved", "The bucket name '" + bucket + "' is reserved.");
    }
    return bucket;
  }
}
