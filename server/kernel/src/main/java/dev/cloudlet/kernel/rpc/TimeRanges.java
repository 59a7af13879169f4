package dev.cloudlet.kernel.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.PlatformException.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Refuses times and durations that are outside of what their types allow: the years 1 to 9999, and
 * 10,000 years. JSON can't even say them; protobuf carries any number, which neither the declared
 * rules nor Java's own types take.
 */
final class TimeRanges {
  private static final long FIRST_SECOND = -62_135_596_800L;
  private static final long LAST_SECOND = 253_402_300_799L;
  private static final long LONGEST_SECONDS = 315_576_000_000L;
  private static final int NANOS = 1_000_000_000;

  // One entry per message type of the contract.
  private static final ConcurrentHashMap<Descriptor, Boolean> HOLDERS = new ConcurrentHashMap<>();

  private TimeRanges() {}

  /** Throws INVALID_FIELD with every time of {@code message} that is out of range. */
  static void check(Message message) {
    if (!holdsTimes(message.getDescriptorForType())) {
      return;
    }
    List<Violation> violations = new ArrayList<>();
    collect(message, "", violations);
    if (!violations.isEmpty()) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_INVALID_FIELD, violations.getFirst().message())
          .violations(violations);
    }
  }

  private static boolean holdsTimes(Descriptor type) {
    Boolean known = HOLDERS.get(type);
    if (known == null) {
      known = holdsTimes(type, new HashSet<>());
      HOLDERS.put(type, known);
    }
    return known;
  }

  private static boolean holdsTimes(Descriptor type, Set<Descriptor> seen) {
    return isTime(type)
        || seen.add(type)
            && type.getFields().stream()
                .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .anyMatch(field -> holdsTimes(field.getMessageType(), seen));
  }

  private static boolean isTime(Descriptor type) {
    String name = type.getFullName();
    return name.equals(Timestamp.getDescriptor().getFullName())
        || name.equals(Duration.getDescriptor().getFullName());
  }

  private static void collect(Message message, String path, List<Violation> violations) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                  && holdsTimes(field.getMessageType())) {
                String name = path.isEmpty() ? field.getName() : path + "." + field.getName();
                if (field.isRepeated()) {
                  List<?> items = (List<?>) value;
                  for (int i = 0; i < items.size(); i++) {
                    judge((Message) items.get(i), name + "[" + i + "]", violations);
                  }
                } else {
                  judge((Message) value, name, violations);
                }
              }
            });
  }

  private static void judge(Message value, String path, List<Violation> violations) {
    Descriptor type = value.getDescriptorForType();
    if (!isTime(type)) {
      collect(value, path, violations);
      return;
    }
    long seconds = (Long) value.getField(type.findFieldByName("seconds"));
    int nanos = (Integer) value.getField(type.findFieldByName("nanos"));
    boolean time = type.getFullName().equals(Timestamp.getDescriptor().getFullName());
    boolean fits =
        time
            ? seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanos >= 0 && nanos < NANOS
            : seconds >= -LONGEST_SECONDS
                && seconds <= LONGEST_SECONDS
                && Math.abs((long) nanos) < NANOS
                && (seconds == 0 || nanos == 0 || seconds > 0 == nanos > 0);
    if (!fits) {
      String kind = time ? "timestamp" : "duration";
      violations.add(
          new Violation(path, kind + ".range", path + ": is no " + kind + " that can be"));
    }
  }
}
