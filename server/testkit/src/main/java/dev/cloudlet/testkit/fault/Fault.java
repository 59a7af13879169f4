package dev.cloudlet.testkit.fault;

import java.time.Duration;
import java.util.function.UnaryOperator;

/** What happens to one exchange: to what a client sends, and to what the part answers. */
public sealed interface Fault {
  /** Nothing goes wrong. */
  Fault NONE = new None();

  /** The connection breaks before the part hears of it. */
  Fault RESET = new CutRequest(0);

  /** The part does what it was asked, and the connection breaks before its answer is heard. */
  Fault LOST_ANSWER = new CutAnswer(0);

  /** The part never hears of it, and the client never hears that. */
  Fault BLACK_HOLE = new BlackHole();

  /** See {@link #NONE}. */
  record None() implements Fault {}

  /** See {@link #BLACK_HOLE}. */
  record BlackHole() implements Fault {}

  /**
   * The connection breaks after so many bytes have reached the part.
   *
   * @param bytes at least 0
   */
  record CutRequest(int bytes) implements Fault {}

  /**
   * The connection breaks after so many bytes of the answer have reached the client.
   *
   * @param bytes at least 0
   */
  record CutAnswer(int bytes) implements Fault {}

  /**
   * The part hears of it later.
   *
   * @param by how much
   */
  record Delay(Duration by) implements Fault {}

  /**
   * The client gets another answer than the part's. Only where the proxy knows whole messages.
   *
   * @param answer from the request
   * @param performed whether the part hears of it all the same
   */
  record OtherAnswer(UnaryOperator<byte[]> answer, boolean performed) implements Fault {}
}
