package dev.cloudlet.sdk;

import java.math.BigDecimal;

/**
 * An amount of coins. One coin is one Indian rupee and has 100 minor units; there are no fractions
 * below that.
 *
 * @param minor whole minor units; negative for coins that went out
 */
public record Coins(long minor) implements Comparable<Coins> {
  /** Nothing. */
  public static final Coins ZERO = new Coins(0);

  private static final int MINOR_PER_COIN = 100;

  /**
   * {@return an amount of whole coins}
   *
   * @param coins how many
   */
  public static Coins of(long coins) {
    return new Coins(Math.multiplyExact(coins, MINOR_PER_COIN));
  }

  /** {@return an amount of minor units: {@code ofMinor(25)} is a quarter of a coin} */
  public static Coins ofMinor(long minor) {
    return new Coins(minor);
  }

  /**
   * {@return the amount in a message of the contract}
   *
   * @param message of the contract
   */
  public static Coins of(dev.cloudlet.api.common.v1.Coins message) {
    return new Coins(message.getMinor());
  }

  /** {@return the amount as a message of the contract} */
  public dev.cloudlet.api.common.v1.Coins toMessage() {
    return dev.cloudlet.api.common.v1.Coins.newBuilder().setMinor(minor).build();
  }

  /**
   * {@return the sum of both}
   *
   * @param other the other amount
   */
  public Coins plus(Coins other) {
    return new Coins(Math.addExact(minor, other.minor));
  }

  /**
   * This without the other.
   *
   * @param other the other amount
   * @return the difference
   */
  public Coins minus(Coins other) {
    return new Coins(Math.subtractExact(minor, other.minor));
  }

  @Override
  public int compareTo(Coins other) {
    return Long.compare(minor, other.minor);
  }

  /** Decimal text with two places, such as {@code 99.25}. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(minor, 2).toPlainString();
  }
}
