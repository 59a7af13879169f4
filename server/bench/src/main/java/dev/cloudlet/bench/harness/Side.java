package dev.cloudlet.bench.harness;

/** One of the two that are compared; started before the first round. */
public interface Side extends AutoCloseable {
  /** Does its work once and checks what was answered. */
  Sample round() throws Exception;

  @Override
  default void close() throws Exception {}
}
