package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.TypedId;

/**
 * What coins move between: a customer's wallet {@code wal:usr_...}, a hold {@code hold:hld_...}, or
 * one of the platform's own, {@code sys:...}.
 *
 * @param value the whole id
 */
record LedgerAccountId(String value) implements TypedId {
  /** What customers paid for work. */
  static final LedgerAccountId REVENUE = new LedgerAccountId("sys:revenue");

  /** The other side of credits that no payment stands behind. */
  static final LedgerAccountId ADJUSTMENT = new LedgerAccountId("sys:adjustment");

  private static final String WALLET = "wal:";
  private static final String HOLD = "hold:";
  private static final String GATEWAY = "sys:gateway:";

  /** What the customer can spend. */
  static LedgerAccountId wallet(AccountId account) {
    return new LedgerAccountId(WALLET + account);
  }

  /** The coins of one hold. */
  static LedgerAccountId hold(HoldId hold) {
    return new LedgerAccountId(HOLD + hold);
  }

  /** Where the coins of a credit come from: the gateway that was paid, or nobody. */
  static LedgerAccountId source(TransferId credit) {
    return credit.gateway().map(name -> new LedgerAccountId(GATEWAY + name)).orElse(ADJUSTMENT);
  }

  boolean isWallet() {
    return value.startsWith(WALLET);
  }

  boolean isHold() {
    return value.startsWith(HOLD);
  }

  /** Of {@link #hold}. */
  HoldId holdId() {
    return new HoldId(value.substring(HOLD.length()));
  }

  @Override
  public String toString() {
    return value;
  }
}
