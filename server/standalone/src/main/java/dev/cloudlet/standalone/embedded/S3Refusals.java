package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The refusals that are ours, as the exceptions that s3proxy renders into S3's error XML. */
final class S3Refusals {
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final long LISTEN_BYTES = 64L << 20;
  private static final long LISTEN_NANOS = 10_000_000_000L;

  private S3Refusals() {}

  static RuntimeException quotaExceeded(long quotaBytes) {
    return refusal(
        FORBIDDEN,
        "QuotaExceeded",
        "This would take the account over its quota of " + quotaBytes + " bytes.");
  }

  static RuntimeException readOnly() {
    return refusal(FORBIDDEN, "AccessDenied", "This account is read-only.");
  }

  static RuntimeException metadataTooLarge(int limit) {
    return refusal(
        BAD_REQUEST,
        "MetadataTooLarge",
        "Your metadata headers exceed the maximum allowed metadata size of " + limit + " bytes.");
  }

  /**
   * Reads on what a refused client is still sending, for a while: most clients read the answer only
   * when they have sent everything, and a connection closed before that looks like a broken network
   * to them. Bounded in bytes and time; who sends more gets the broken network.
   */
  static void letTheClientListen(InputStream body, RuntimeException refusal) {
    long deadline = System.nanoTime() + LISTEN_NANOS;
    byte[] waste = new byte[1 << 16];
    try {
      long read = 0;
      for (int n = body.read(waste); n >= 0; n = body.read(waste)) {
        read += n;
        if (read > LISTEN_BYTES || System.nanoTime() - deadline > 0) {
          return;
        }
      }
    } catch (IOException | RuntimeException brokenOff) {
      refusal.addSuppressed(brokenOff);
    }
  }

  private static RuntimeException refusal(int status, String code, String message) {
    return S3Exception.builder()
        .message(message)
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .build();
  }
}
