package dev.cloudlet.kernel.blob;

import java.util.Optional;

/**
 * Headers that the store shall answer a presigned GET with instead of the stored ones.
 *
 * @param contentDisposition as in {@link #attachment}
 * @param contentType a media type
 */
public record ResponseOverrides(Optional<String> contentDisposition, Optional<String> contentType) {
  /** The stored headers as they are. */
  public static final ResponseOverrides NONE =
      new ResponseOverrides(Optional.empty(), Optional.empty());

  /** Refuses control characters, which could end a header. */
  public ResponseOverrides {
    contentDisposition.ifPresent(ResponseOverrides::checkHeader);
    contentType.ifPresent(ResponseOverrides::checkHeader);
  }

  /** Makes browsers save the object as {@code fileName}, in any script (RFC 6266). */
  public static ResponseOverrides attachment(String fileName) {
    String plain = fileName.replaceAll("[^A-Za-z0-9._ -]", "_");
    StringBuilder value =
        new StringBuilder("attachment; filename=\"").append(plain).append("\"; filename*=UTF-8''");
    SigV4Text.encode(value, fileName, false);
    return new ResponseOverrides(Optional.of(value.toString()), Optional.empty());
  }

  private static void checkHeader(String value) {
    if (value.isEmpty()
        || value.length() > 1024
        || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw new IllegalArgumentException("not a header value");
    }
  }
}
