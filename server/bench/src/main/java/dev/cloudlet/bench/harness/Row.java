package dev.cloudlet.bench.harness;

import java.util.List;

/** Some rows of the table that share their two sides. */
public interface Row {
  /** The names of its rows. */
  List<String> names();

  /**
   * Measures.
   *
   * @param rounds of each side
   * @throws Unavailable if something that it needs is not there
   */
  List<Result> measure(int rounds) throws Exception;
}
