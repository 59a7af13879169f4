package dev.cloudlet.kernel.id;

/**
 * Where new ids come from. Inside a mutation with a {@code request_id} the source is derived from
 * the first time that request was seen, so a handler that is run again after a crash makes the same
 * ids and meets what it wrote before.
 */
@FunctionalInterface
public interface IdSource {
  /** A new id that begins with {@code prefix} and an underscore. Safe for use by many threads. */
  String next(String prefix);
}
