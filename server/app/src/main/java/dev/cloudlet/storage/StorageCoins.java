package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.TypedId;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.WalletApi;
import java.util.Optional;

/**
 * Coins for storage: put aside, then taken or given back. A thing that was given up once is never
 * paid again under its id, so a late repetition of its request can't have it for nothing.
 */
record StorageCoins(WalletApi wallet, PricingApi pricing) {
  /** What 30 days of this size cost. */
  long price(int sizeGb) {
    return pricing.costMinor(PricingApi.STORAGE_30_DAYS, sizeGb);
  }

  /**
   * Puts the price aside; repeatable.
   *
   * @param id the storage or extension that is paid for
   * @return why the wallet never will; empty if it did
   * @throws PlatformException if the wallet may do it later
   */
  Optional<PlatformException> hold(AccountId owner, TypedId id, long minor, String what) {
    try {
      wallet.hold(owner, holdId(id), minor, id.value(), what);
      return Optional.empty();
    } catch (PlatformException refused) {
      if (mayDoLater(refused)) {
        throw refused;
      }
      return Optional.of(refused);
    }
  }

  private static boolean mayDoLater(PlatformException refused) {
    return refused instanceof UnavailableException
        || refused instanceof OutcomeUnknownException
        || refused.reason() == ErrorReason.ERROR_REASON_OVERLOADED;
  }

  /** Takes what was put aside; false if it was given back before. Repeatable. */
  boolean capture(TypedId id, long minor) {
    try {
      wallet.capture(holdId(id), minor);
      return true;
    } catch (PlatformException refused) {
      if (refused.reason() == ErrorReason.ERROR_REASON_HOLD_SETTLED) {
        return false;
      }
      throw refused;
    }
  }

  /** Gives back what was put aside, now or later. Repeatable. */
  void release(TypedId id) {
    wallet.release(holdId(id));
  }

  private static HoldId holdId(TypedId id) {
    return new HoldId("storage:" + id.value());
  }
}
