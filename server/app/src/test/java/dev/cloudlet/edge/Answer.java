package dev.cloudlet.edge;

import io.grpc.Status;
import java.util.List;
import java.util.Map;

/**
 * What came back, in one form for every wire.
 *
 * @param <S> the response's message
 */
public sealed interface Answer<S> {
  /** The call was done. */
  record Done<S>(S message) implements Answer<S> {}

  /**
   * The call was refused.
   *
   * @param reason without prefix
   * @param fields the fields that BadRequest names
   */
  record Refused<S>(
      Status.Code code,
      String reason,
      String message,
      List<String> fields,
      Map<String, String> metadata)
      implements Answer<S> {}

  /** The response, or a failure of the test. */
  default S done() {
    return switch (this) {
      case Done<S> done -> done.message();
      case Refused<S> refused -> throw new AssertionError("was refused: " + refused);
    };
  }

  /** The refusal, or a failure of the test. */
  default Refused<S> refused() {
    return switch (this) {
      case Refused<S> refused -> refused;
      case Done<S> done -> throw new AssertionError("was not refused: " + done.message());
    };
  }
}
