package dev.cloudlet.kernel.mongo;

import java.util.List;

/**
 * An index that a store declares; made at start. Only what real MongoDB and the embedded server
 * both obey can be said here: no partial filter, TTL, collation or text index. Uniqueness under a
 * condition is a sparse unique index on an Optional component that is present while the condition
 * holds. A server that keeps documents without the fields in an index that is sparse and not unique
 * does no harm.
 *
 * @param name stable name; a declaration that changes under the same name fails the start
 * @param fields paths, each ascending unless it begins with {@code -}
 * @param unique whether two documents may not agree in all fields
 * @param sparse whether documents without the fields stay outside
 */
public record MongoIndex(String name, List<String> fields, boolean unique, boolean sparse) {
  public MongoIndex {
    fields = List.copyOf(fields);
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("index '" + name + "' names no field");
    }
  }

  public static MongoIndex of(String name, String... fields) {
    return new MongoIndex(name, List.of(fields), false, false);
  }

  public static MongoIndex unique(String name, String... fields) {
    return new MongoIndex(name, List.of(fields), true, false);
  }

  /** Unique among the documents that have the fields. */
  public static MongoIndex uniqueIfPresent(String name, String... fields) {
    return new MongoIndex(name, List.of(fields), true, true);
  }
}
