package dev.cloudlet.hostile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Puts text that need not be JSON into JSON. */
final class JsonText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HERE = "put-it-here";

  private JsonText() {}

  static ObjectNode read(byte[] json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The request's JSON with this text in place of the value of that field. */
  static String with(ObjectNode request, Spot spot, String text) {
    ObjectNode changed = request.deepCopy();
    ObjectNode within = changed;
    List<FieldDescriptor> way = spot.way();
    for (FieldDescriptor field : way.subList(0, way.size() - 1)) {
      within =
          field.isRepeated()
              ? within.putArray(field.getJsonName()).addObject()
              : within.withObjectProperty(field.getJsonName());
    }
    String name = spot.field().getJsonName();
    if (spot.field().isRepeated() && !spot.items()) {
      within.putArray(name).add(HERE);
    } else {
      within.put(name, HERE);
    }
    try {
      return JSON.writeValueAsString(changed).replace('"' + HERE + '"', text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
