package dev.cloudlet.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Makes requests of a type field by field: what is good, what is at a border, and what is not. */
final class MadeRequests {
  private static final int DEEPEST = 4;
  private static final List<String> TEXTS =
      Stream.concat(
              Corpus.of("texts").stream().map(input -> input.text(Map.of())),
              Stream.of("a", "é", "x".repeat(63), "x".repeat(64), "x".repeat(65), "x".repeat(255)))
          .filter(text -> text.length() < 3000)
          .toList();
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    10,
    100,
    101,
    1000,
    1001,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 50,
    (1L << 53) + 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -62_135_596_800L,
    253_402_300_799L,
    253_402_300_800L
  };

  private MadeRequests() {}

  /** Requests of the type of {@code good}, some fields of which are as good as there. */
  static Arbitrary<Message> of(Message good) {
    return message(good, 0);
  }

  private static Arbitrary<Message> message(Message good, int depth) {
    List<Arbitrary<Change>> changes =
        good.getDescriptorForType().getFields().stream()
            .map(field -> change(good, field, depth))
            .toList();
    return Combinators.combine(changes)
        .as(
            made -> {
              Message message = good;
              for (Change change : made) {
                message = change.on(message);
              }
              return message;
            });
  }

  private interface Change {
    Message on(Message message);
  }

  private static Arbitrary<Change> change(Message good, FieldDescriptor field, int depth) {
    Arbitrary<Change> keep = Arbitraries.just(message -> message);
    Arbitrary<Change> clear =
        Arbitraries.just(message -> message.toBuilder().clearField(field).build());
    if (depth >= DEEPEST || field.isMapField()) {
      return clear;
    }
    Arbitrary<Object> values = value(good, field, depth);
    Arbitrary<Change> set =
        field.isRepeated()
            ? values
                .list()
                .ofMaxSize(3)
                .map(list -> message -> message.toBuilder().setField(field, list).build())
            : values.map(value -> message -> message.toBuilder().setField(field, value).build());
    return Arbitraries.frequencyOf(Tuple.of(6, keep), Tuple.of(1, clear), Tuple.of(3, set));
  }

  private static Arbitrary<Object> value(Message good, FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING ->
          Arbitraries.frequencyOf(
              Tuple.of(3, Arbitraries.of(TEXTS).map(Object.class::cast)),
              Tuple.of(1, Arbitraries.strings().ofMaxLength(80).map(Object.class::cast)));
      case INT -> numbers().map(number -> (int) (long) number);
      case LONG -> numbers().map(Object.class::cast);
      case DOUBLE -> Arbitraries.doubles().map(Object.class::cast);
      case FLOAT -> Arbitraries.floats().map(Object.class::cast);
      case BOOLEAN -> Arbitraries.of(true, false).map(Object.class::cast);
      case BYTE_STRING ->
          Arbitraries.bytes()
              .array(byte[].class)
              .ofMaxSize(100)
              .map(bytes -> (Object) ByteString.copyFrom(bytes));
      case ENUM ->
          Arbitraries.integers()
              .between(-1, field.getEnumType().getValues().size() + 1)
              .map(
                  number ->
                      (Object) field.getEnumType().findValueByNumberCreatingIfUnknown(number));
      case MESSAGE -> message(inner(good, field), depth + 1).map(Object.class::cast);
    };
  }

  private static Message inner(Message good, FieldDescriptor field) {
    return !field.isRepeated() && good.hasField(field)
        ? (Message) good.getField(field)
        : good.newBuilderForType().newBuilderForField(field).build();
  }

  private static Arbitrary<Long> numbers() {
    return Arbitraries.frequencyOf(
        Tuple.of(3, Arbitraries.of(Arrays.stream(NUMBERS).boxed().toList())),
        Tuple.of(1, Arbitraries.longs()));
  }
}
