package dev.cloudlet.wallet;

import java.util.List;
import java.util.Optional;

/**
 * One movement of coins. The legs sum to zero, so coins are neither made nor lost; at most one
 * wallet and one hold take part.
 *
 * @param id has one effect for ever
 * @param kind why
 * @param legs who gives and who gets
 * @param cause the order or job behind it
 * @param description for a person; not part of what must be equal on a repetition
 */
record Transfer(
    TransferId id, TransferKind kind, List<Leg> legs, String cause, String description) {
  /** The most that one transfer may move: ten billion coins. */
  static final long MAX_MINOR = 1_000_000_000_000L;

  private static final int MAX_ID = 200;
  private static final int MAX_TEXT = 200;

  Transfer {
    legs = List.copyOf(legs);
    if (id.value().isEmpty() || id.value().length() > MAX_ID) {
      throw new IllegalArgumentException("a transfer id has 1 to " + MAX_ID + " characters");
    }
    if (cause.length() > MAX_ID) {
      throw new IllegalArgumentException("a cause has at most " + MAX_ID + " characters");
    }
    description =
        description.length() > MAX_TEXT ? description.substring(0, MAX_TEXT) : description;
    long sum = 0;
    for (Leg leg : legs) {
      if (Math.abs(leg.minor()) > MAX_MINOR) {
        throw new IllegalArgumentException("a transfer moves at most " + MAX_MINOR);
      }
      sum += leg.minor();
    }
    if (sum != 0) {
      throw new IllegalArgumentException("the legs of " + id + " sum to " + sum + ", not to 0");
    }
  }

  /** Whether a repetition under the same id asks for the same. */
  boolean sameContent(Transfer other) {
    return id.equals(other.id)
        && kind == other.kind
        && legs.equals(other.legs)
        && cause.equals(other.cause);
  }

  /** The customer's side. */
  Optional<Leg> wallet() {
    return legs.stream().filter(leg -> leg.account().isWallet()).findFirst();
  }

  /** The side of the hold. */
  Optional<Leg> hold() {
    return legs.stream().filter(leg -> leg.account().isHold()).findFirst();
  }

  /** Sum of what comes in somewhere, which equals what goes out elsewhere. */
  long moved() {
    return legs.stream().mapToLong(leg -> Math.max(0, leg.minor())).sum();
  }
}
