package dev.cloudlet.kernel.blob;

import dev.cloudlet.kernel.config.Secret;
import java.net.URI;
import java.time.Duration;

/**
 * How to reach an S3 and as whom.
 *
 * @param endpoint scheme, host and port; buckets go into the path
 * @param connectTimeout for a connection, and for a turn while all are in use
 * @param idleTimeout for a read or write without progress
 */
public record S3Options(
    URI endpoint,
    String region,
    String accessKey,
    Secret secretKey,
    Duration connectTimeout,
    Duration idleTimeout) {

  /** Five seconds to connect, thirty without progress. */
  public static S3Options of(URI endpoint, String region, String accessKey, Secret secretKey) {
    return new S3Options(
        endpoint, region, accessKey, secretKey, Duration.ofSeconds(5), Duration.ofSeconds(30));
  }
}
