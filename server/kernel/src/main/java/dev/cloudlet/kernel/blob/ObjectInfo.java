package dev.cloudlet.kernel.blob;

import java.time.Instant;
import java.util.Optional;

/**
 * What the store knows about one object.
 *
 * @param size bytes
 * @param etag without quotes; changes when the content does
 * @param contentType known from a head, get or put; empty in a list
 */
public record ObjectInfo(
    String key, long size, String etag, Instant lastModified, Optional<String> contentType) {}
