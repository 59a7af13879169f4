package dev.cloudlet.bench.harness;

/** A peer or a tool is not on this machine; says which and how to get it. */
public final class Unavailable extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what is missing. */
  public Unavailable(String missing) {
    super(missing);
  }
}
