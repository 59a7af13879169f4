package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.AccountId;

/** The names of the accounts that coins move between. */
final class LedgerAccounts {
  /** What customers paid for work. */
  static final String REVENUE = "sys:revenue";

  /** The other side of credits that no payment stands behind. */
  static final String ADJUSTMENT = "sys:adjustment";

  private static final String WALLET = "wal:";
  private static final String HOLD = "hold:";
  private static final String GATEWAY = "sys:gateway:";
  private static final String PAYMENT = "pay:";

  private LedgerAccounts() {}

  /** What the customer can spend. */
  static String wallet(AccountId account) {
    return WALLET + account.value();
  }

  static boolean isWallet(String account) {
    return account.startsWith(WALLET);
  }

  /** The coins of one hold. */
  static String hold(String holdId) {
    return HOLD + holdId;
  }

  static boolean isHold(String account) {
    return account.startsWith(HOLD);
  }

  static String holdId(String account) {
    return account.substring(HOLD.length());
  }

  /** Where paid coins come from, by a transfer id of the form {@code pay:<gateway>:<payment>}. */
  static String source(String transferId) {
    int end = transferId.indexOf(':', PAYMENT.length());
    return transferId.startsWith(PAYMENT) && end > 0
        ? GATEWAY + transferId.substring(PAYMENT.length(), end)
        : ADJUSTMENT;
  }
}
