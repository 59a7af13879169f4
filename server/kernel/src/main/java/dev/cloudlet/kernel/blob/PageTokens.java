package dev.cloudlet.kernel.blob;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The last key as an opaque token: it stays good while objects come and go, on every store. */
final class PageTokens {
  private PageTokens() {}

  static String after(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  static String lastKey(String token) {
    try {
      return ObjectNames.key(
          new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException foreign) {
      throw new IllegalArgumentException("not a page token of this store", foreign);
    }
  }

  static int size(int pageSize) {
    if (pageSize < 1 || pageSize > ObjectStore.MAX_BATCH) {
      throw new IllegalArgumentException("a page has 1 to " + ObjectStore.MAX_BATCH + " objects");
    }
    return pageSize;
  }
}
