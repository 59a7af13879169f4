package dev.cloudlet.standalone.embedded;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The refusals that are ours, as the exceptions that s3proxy renders into S3's error XML. */
final class S3Refusals {
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;

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

  private static RuntimeException refusal(int status, String code, String message) {
    return S3Exception.builder()
        .message(message)
        .statusCode(status)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .build();
  }
}
