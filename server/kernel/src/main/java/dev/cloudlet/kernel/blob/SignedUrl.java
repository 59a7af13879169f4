package dev.cloudlet.kernel.blob;

import java.net.URI;

/**
 * A URL that opens an object to whoever has it, so it is a secret until it ends: it prints without
 * its query. Kept as text, because parsing what was just written would cost as much as signing it.
 *
 * @param text the whole URL, all ASCII
 */
public record SignedUrl(String text) {
  /** The URL, parsed. */
  public URI toUri() {
    return URI.create(text);
  }

  /** Everything before the query. */
  @Override
  public String toString() {
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query) + "?***";
  }
}
