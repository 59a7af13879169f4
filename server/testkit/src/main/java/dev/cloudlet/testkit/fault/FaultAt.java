package dev.cloudlet.testkit.fault;

import java.util.function.Predicate;

/** Strikes the n-th exchange that counts and some that follow it. */
public final class FaultAt implements FaultPlan {
  private final Predicate<byte[]> counts;
  private final int place;
  private final Fault fault;
  private final Fault afterwards;
  private final int until;
  private int seen;

  /**
   * @param counts which exchanges are counted; others pass
   * @param place of the one that is struck, from 1
   * @param fault what happens to it
   * @param afterwards what happens to those that count after it
   * @param more how many of those
   */
  public FaultAt(Predicate<byte[]> counts, int place, Fault fault, Fault afterwards, int more) {
    this.counts = counts;
    this.place = place;
    this.fault = fault;
    this.afterwards = afterwards;
    this.until = (int) Math.min(Integer.MAX_VALUE, (long) place + more);
  }

  @Override
  public synchronized Fault of(byte[] first) {
    if (!counts.test(first)) {
      return Fault.NONE;
    }
    seen++;
    if (seen < place || seen > until) {
      return Fault.NONE;
    }
    return seen == place ? fault : afterwards;
  }

  /** Whether there were as many exchanges. */
  public synchronized boolean struck() {
    return seen >= place;
  }

  /** How many exchanges counted so far. */
  public synchronized int seen() {
    return seen;
  }
}
