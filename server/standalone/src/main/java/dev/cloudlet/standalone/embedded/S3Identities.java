package dev.cloudlet.standalone.embedded;

import java.util.Optional;

/**
 * Knows the S3 identities. Asked on every request, also twice in one, on the request's thread, so
 * that a revoked key stops working at once; whoever implements it caches as it sees fit.
 */
@FunctionalInterface
public interface S3Identities {
  /**
   * The identity of an access key, or empty when there is none or it was revoked. An exception
   * answers the request with 500.
   */
  Optional<S3Identity> find(String accessKeyId);
}
