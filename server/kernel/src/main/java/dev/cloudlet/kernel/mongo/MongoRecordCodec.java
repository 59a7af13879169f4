package dev.cloudlet.kernel.mongo;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.TypedId;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.types.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into documents and back. Not the driver's own record codec, because that one writes
 * an empty Optional as null, which a sparse unique index counts as a value, and reads a missing one
 * as null. Here an empty Optional is a missing field and a missing field is an empty Optional, list
 * or map; a missing field of any other type is an error that names it. The first component named
 * {@code id} is {@code _id}. The keys of a map are texts or ids.
 */
final class MongoRecordCodec<T extends Record> {
  // Reflection is looked up once for each record class, and goes with the class.
  private static final ClassValue<MongoRecordCodec<?>> KNOWN =
      new ClassValue<>() {
        @Override
        protected MongoRecordCodec<?> computeValue(Class<?> type) {
          return new MongoRecordCodec<>(type.asSubclass(Record.class));
        }
      };

  private final Class<T> type;
  private final RecordComponent[] components;
  private final Constructor<T> constructor;

  /** The codec of that record class. */
  @SuppressWarnings("unchecked")
  static <R extends Record> MongoRecordCodec<R> of(Class<R> type) {
    return (MongoRecordCodec<R>) KNOWN.get(type);
  }

  private MongoRecordCodec(Class<T> type) {
    this.type = type;
    this.components = type.getRecordComponents();
    try {
      constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      constructor.setAccessible(true);
      for (RecordComponent component : components) {
        component.getAccessor().setAccessible(true);
        requireStorable(component);
      }
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has its canonical constructor: " + type, e);
    }
  }

  Document encode(T value) {
    Document document = new Document();
    for (RecordComponent component : components) {
      Object encoded = encodeValue(read(component, value));
      if (encoded != null) {
        document.append(fieldOf(component), encoded);
      }
    }
    return document;
  }

  T decode(Document document) {
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      String where = type.getSimpleName() + "." + component.getName();
      arguments[i] =
          decodeValue(
              document.get(fieldOf(component)),
              component.getType(),
              component.getGenericType(),
              where);
    }
    return construct(arguments);
  }

  private T construct(Object[] arguments) {
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "stored " + type.getSimpleName() + " does not satisfy its own rules", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't construct " + type, e);
    }
  }

  static String fieldOf(RecordComponent component) {
    return component.getName().equals("id") ? "_id" : component.getName();
  }

  private static void requireStorable(RecordComponent component) {
    if (component.getType() == Secret.class) {
      throw new IllegalArgumentException(
          component.getDeclaringRecord()
              + "."
              + component.getName()
              + " is a Secret: store a hash or a sealed value instead");
    }
  }

  private static Object read(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("can't read " + component, e);
    }
  }

  /**
   * What stands in the document for {@code value}; null for an empty Optional. Also used for values
   * in filters and updates.
   */
  static @Nullable Object encodeValue(Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.isPresent() ? encodeValue(optional.get()) : null;
      case TypedId id -> id.value();
      case Enum<?> constant -> constant.name();
      case Duration duration -> duration.toMillis();
      case Instant instant -> Date.from(instant);
      case byte[] bytes -> new Binary(bytes);
      case Record nested -> encodeNested(nested);
      case List<?> list -> list.stream().map(MongoRecordCodec::encodeValue).toList();
      case Map<?, ?> map -> encodeMap(map);
      default -> value;
    };
  }

  private static Document encodeMap(Map<?, ?> map) {
    Document document = new Document();
    map.forEach((key, item) -> document.append(encodeKey(key), encodeValue(item)));
    return document;
  }

  private static String encodeKey(Object key) {
    return key instanceof TypedId id ? id.value() : (String) key;
  }

  @SuppressWarnings("unchecked")
  private static <R extends Record> Document encodeNested(R nested) {
    return of((Class<R>) nested.getClass()).encode(nested);
  }

  private static Object decodeValue(
      @Nullable Object stored, Class<?> raw, Type generic, String where) {
    if (raw == Optional.class) {
      return stored == null ? Optional.empty() : Optional.of(decodeItem(stored, generic, 0, where));
    }
    if (raw == List.class) {
      return decodeList((List<?>) stored, generic, where);
    }
    if (raw == Map.class) {
      return decodeMap((Document) stored, generic, where);
    }
    if (stored == null) {
      throw new IllegalStateException("a stored document lacks the field of " + where);
    }
    return decodeScalar(stored, raw, where);
  }

  private static List<Object> decodeList(@Nullable List<?> stored, Type generic, String where) {
    List<Object> items = new ArrayList<>();
    if (stored != null) {
      stored.forEach(item -> items.add(decodeItem(item, generic, 0, where)));
    }
    return List.copyOf(items);
  }

  private static Map<Object, Object> decodeMap(
      @Nullable Document stored, Type generic, String where) {
    Map<Object, Object> items = new LinkedHashMap<>();
    if (stored != null) {
      stored.forEach(
          (key, item) ->
              items.put(decodeItem(key, generic, 0, where), decodeItem(item, generic, 1, where)));
    }
    return Map.copyOf(items);
  }

  private static Object decodeItem(Object stored, Type container, int argument, String where) {
    Type item = ((ParameterizedType) container).getActualTypeArguments()[argument];
    Class<?> raw =
        item instanceof ParameterizedType parameterized
            ? (Class<?>) parameterized.getRawType()
            : (Class<?>) item;
    return decodeValue(stored, raw, item, where);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object decodeScalar(Object stored, Class<?> raw, String where) {
    if (raw == Instant.class) {
      return ((Date) stored).toInstant();
    }
    if (raw == Duration.class) {
      return Duration.ofMillis(((Number) stored).longValue());
    }
    if (raw == int.class || raw == Integer.class) {
      return Math.toIntExact(((Number) stored).longValue());
    }
    if (raw == long.class || raw == Long.class) {
      return ((Number) stored).longValue();
    }
    if (raw == double.class || raw == Double.class) {
      return ((Number) stored).doubleValue();
    }
    if (raw == byte[].class) {
      return ((Binary) stored).getData();
    }
    if (raw.isEnum()) {
      return Enum.valueOf((Class) raw, (String) stored);
    }
    if (TypedId.class.isAssignableFrom(raw) && raw.isRecord()) {
      return of(raw.asSubclass(Record.class)).construct(new Object[] {stored});
    }
    if (raw.isRecord()) {
      return of(raw.asSubclass(Record.class)).decode((Document) stored);
    }
    if (raw == String.class || raw == boolean.class || raw == Boolean.class) {
      return stored;
    }
    throw new IllegalStateException(where + " has a type that is not stored: " + raw);
  }
}
