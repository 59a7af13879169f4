package dev.cloudlet.kernel.blob;

import java.io.IOException;
import java.io.InputStream;

/**
 * An open object. The stream holds a connection until closed; a broken transfer shows as
 * IOException while reading.
 *
 * @param info the whole object, also when only a range was asked for
 * @param length bytes in {@code body}
 */
public record ObjectContent(ObjectInfo info, long length, InputStream body)
    implements AutoCloseable {
  @Override
  public void close() throws IOException {
    body.close();
  }
}
