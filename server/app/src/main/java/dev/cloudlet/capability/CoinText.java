package dev.cloudlet.capability;

import java.math.BigDecimal;

/** Amounts as a person reads them. */
public final class CoinText {
  private CoinText() {}

  /** Such as {@code 12.50} for 1250 minor units. */
  public static String of(long minor) {
    return BigDecimal.valueOf(minor, 2).toPlainString();
  }
}
