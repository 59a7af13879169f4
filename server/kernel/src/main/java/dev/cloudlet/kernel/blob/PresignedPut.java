package dev.cloudlet.kernel.blob;

import java.time.Instant;
import java.util.Map;

/**
 * Leave to store one object.
 *
 * @param url where to PUT the bytes
 * @param headers signed in: the client must send exactly these, so it can neither upload more nor
 *     claim another type
 * @param expiresAt when the store stops accepting it
 */
public record PresignedPut(SignedUrl url, Map<String, String> headers, Instant expiresAt) {
  /** Copies the headers. */
  public PresignedPut {
    headers = Map.copyOf(headers);
  }
}
