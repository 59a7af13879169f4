package dev.cloudlet.bench.harness;

/**
 * One round of one side.
 *
 * @param operations that were done, each answered as it should be
 * @param seconds that they took
 * @param cpuSeconds processor time of the side's own process; of both sides of a connection where
 *     they share one
 */
public record Sample(double operations, double seconds, double cpuSeconds) {
  /** Operations in a second. */
  public double rate() {
    return operations / seconds;
  }

  /** Processor time of one operation in microseconds. */
  public double cpuMicros() {
    return cpuSeconds * 1e6 / operations;
  }
}
