package dev.cloudlet.kernel.blob;

import java.util.List;
import java.util.Optional;

/**
 * Some objects in key order.
 *
 * @param nextPageToken give it back for what follows; empty on the last page
 */
public record ObjectPage(List<ObjectInfo> objects, Optional<String> nextPageToken) {
  /** Copies the list. */
  public ObjectPage {
    objects = List.copyOf(objects);
  }
}
