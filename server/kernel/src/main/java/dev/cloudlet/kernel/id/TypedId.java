package dev.cloudlet.kernel.id;

/**
 * An id that knows what it names. Implemented by one record per kind of thing, whose only component
 * is {@code value}.
 */
public interface TypedId {
  /** The id as it stands in the contract and in the database, prefix included. */
  String value();
}
