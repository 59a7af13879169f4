package dev.cloudlet.testkit.fault;

/** Decides about each exchange as it begins; called by one thread at a time. */
@FunctionalInterface
public interface FaultPlan {
  /** Everything passes. */
  FaultPlan NONE = first -> Fault.NONE;

  /**
   * What happens to the exchange.
   *
   * @param first what the client sent first: a whole message where the proxy knows messages
   */
  Fault of(byte[] first);
}
