package dev.cloudlet.hostile;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A field of a request, or of a message in it.
 *
 * @param way from the request to the field
 * @param items whether the whole of a repeated field is meant rather than its one item
 */
record Spot(List<FieldDescriptor> way, boolean items) {
  private static final int DEEPEST = 4;
  private static final Set<String> TIMES =
      Set.of("google.protobuf.Timestamp", "google.protobuf.Duration");

  /** Every field of a request. */
  static List<Spot> of(Descriptor request) {
    List<Spot> found = new ArrayList<>();
    collect(request, List.of(), found);
    return found;
  }

  private static void collect(Descriptor type, List<FieldDescriptor> before, List<Spot> found) {
    for (FieldDescriptor field : type.getFields()) {
      List<FieldDescriptor> way = new ArrayList<>(before);
      way.add(field);
      if (field.isRepeated()) {
        found.add(new Spot(way, true));
      }
      Spot spot = new Spot(way, false);
      found.add(spot);
      if (spot.kind().equals("MESSAGE") && !field.isMapField() && way.size() < DEEPEST) {
        collect(field.getMessageType(), way, found);
      }
    }
  }

  FieldDescriptor field() {
    return way.getLast();
  }

  /** What the corpus calls fields of this sort. */
  String kind() {
    if (items) {
      return "LIST";
    }
    return switch (field().getJavaType()) {
      case BYTE_STRING -> "BYTES";
      case MESSAGE ->
          TIMES.contains(field().getMessageType().getFullName())
              ? "TIME"
              : field().getMessageType().getFullName().equals("google.protobuf.FieldMask")
                  ? "MASK"
                  : "MESSAGE";
      default -> field().getJavaType().name();
    };
  }

  /** Whether it stands directly in the request. */
  boolean isTop() {
    return way.size() == 1;
  }

  /** The request with this value here. */
  Message put(Message request, Object value) {
    return put(request, 0, value);
  }

  private Message put(Message message, int depth, Object value) {
    FieldDescriptor field = way.get(depth);
    Message.Builder changed = message.toBuilder();
    Object placed = value;
    if (depth < way.size() - 1) {
      placed = put(child(message, field, changed), depth + 1, value);
    }
    if (!field.isRepeated()) {
      return changed.setField(field, placed).build();
    }
    return changed
        .setField(field, items && depth == way.size() - 1 ? placed : List.of(placed))
        .build();
  }

  private static Message child(Message message, FieldDescriptor field, Message.Builder builder) {
    if (!field.isRepeated()) {
      return (Message) message.getField(field);
    }
    return message.getRepeatedFieldCount(field) > 0
        ? (Message) message.getRepeatedField(field, 0)
        : builder.newBuilderForField(field).build();
  }

  /** The value of a number of the corpus for a field of this kind. */
  Object number(String text, Message request) {
    return switch (kind()) {
      case "INT" -> (int) Long.parseLong(text);
      case "LONG" -> Long.parseLong(text);
      case "DOUBLE" -> Double.parseDouble(text);
      case "FLOAT" -> Float.parseFloat(text);
      case "BOOLEAN" -> Boolean.parseBoolean(text);
      case "ENUM" ->
          field().getEnumType().findValueByNumberCreatingIfUnknown((int) Long.parseLong(text));
      case "TIME" -> time(text, request);
      case "LIST" -> Collections.nCopies(Integer.parseInt(text), item(request));
      default -> throw new IllegalArgumentException("takes no number: " + this);
    };
  }

  private Object time(String text, Message request) {
    Message.Builder time = builderOf(request);
    return time.setField(
            time.getDescriptorForType().findFieldByName("seconds"), Long.parseLong(text))
        .build();
  }

  private Message.Builder builderOf(Message request) {
    Message.Builder builder = request.newBuilderForType();
    for (FieldDescriptor field : way) {
      builder = builder.newBuilderForField(field);
    }
    return builder;
  }

  private Object item(Message request) {
    Message within = request;
    for (FieldDescriptor field : way.subList(0, way.size() - 1)) {
      within = (Message) within.getField(field);
    }
    if (within.getRepeatedFieldCount(field()) > 0) {
      return within.getRepeatedField(field(), 0);
    }
    return field().getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? builderOf(request).build()
        : field().getDefaultValue();
  }

  @Override
  public String toString() {
    return way.stream().map(FieldDescriptor::getName).collect(Collectors.joining("."))
        + (items ? "[]" : "");
  }
}
