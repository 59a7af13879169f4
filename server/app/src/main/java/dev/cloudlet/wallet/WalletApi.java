package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.AccountId;

/**
 * What other capabilities may do with coins. Every operation is idempotent by the id it is given:
 * repeating it, also after a crash or an unknown outcome, has one effect. Amounts are whole minor
 * units, above zero.
 */
public interface WalletApi {
  /**
   * Brings paid coins in.
   *
   * @param transferId {@link TransferId#payment}, so that one payment can never be credited twice
   * @param cause such as {@code ord_...}
   */
  void credit(
      AccountId account, TransferId transferId, long minor, String cause, String description);

  /**
   * Puts coins aside for work that is about to begin.
   *
   * @param holdId made by the caller
   * @throws dev.cloudlet.kernel.error.PlatformException INSUFFICIENT_COINS
   */
  void hold(AccountId account, HoldId holdId, long minor, String cause, String description);

  /**
   * Pays {@code minor} (0 to the held amount) out of the hold and gives the rest back, in one
   * transfer. A hold settled otherwise before: HOLD_SETTLED.
   */
  void capture(HoldId holdId, long minor);

  /**
   * Gives a hold back whole. A hold that never came to be is remembered as released, so that a late
   * {@link #hold} with its id is refused.
   */
  void release(HoldId holdId);

  /**
   * Pays at once.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException INSUFFICIENT_COINS
   */
  void charge(
      AccountId account, TransferId transferId, long minor, String cause, String description);

  /** Pays back a charge. */
  void refund(
      AccountId account, TransferId transferId, long minor, String cause, String description);

  /** What can be spent now. */
  long availableMinor(AccountId account);
}
