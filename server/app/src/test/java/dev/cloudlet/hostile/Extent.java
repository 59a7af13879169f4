package dev.cloudlet.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How much of the product of inputs, rpcs and wires a run sends: all of it in the long form ({@code
 * -Plong}); else a share that is the same in every run, in which every input meets every wire and
 * every rpc every input, but not each on each.
 */
final class Extent {
  private static final boolean LONG = Boolean.getBoolean("cloudlet.long");

  private Extent() {}

  static boolean isLong() {
    return LONG;
  }

  /** Whether this one of {@code of} is sent. */
  static boolean takes(int of, Object... what) {
    return LONG || Math.floorMod(Objects.hash(what), of) == 0;
  }

  /** So many of them, begun at another place for each {@code what}. */
  static <T> List<T> some(int count, List<T> all, Object... what) {
    if (LONG || all.size() <= count) {
      return all;
    }
    int from = Math.floorMod(Objects.hash(what), all.size());
    return new ArrayList<>(
        IntStream.range(0, count).mapToObj(i -> all.get((from + i) % all.size())).toList());
  }
}
