package dev.cloudlet.wallet;

import java.math.BigDecimal;

/** Amounts as a person reads them. */
final class CoinText {
  private CoinText() {}

  /** Such as {@code 12.50} for 1250 minor units. */
  static String of(long minor) {
    return BigDecimal.valueOf(minor, 2).toPlainString();
  }
}
