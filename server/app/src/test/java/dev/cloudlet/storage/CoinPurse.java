package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.TransferId;
import dev.cloudlet.wallet.WalletApi;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A small wallet in memory with the idempotency that WalletApi promises; one price list. */
public final class CoinPurse implements WalletApi, PricingApi {
  private record Held(AccountId account, long minor) {}

  // What happens, once, between a refusal or a hold and its caller's next step.
  private Runnable onRefusal = () -> {};
  private Runnable onHeld = () -> {};

  private final Map<AccountId, Long> available = new HashMap<>();
  private final Set<TransferId> transfers = new HashSet<>();
  private final Map<HoldId, Held> holds = new HashMap<>();
  private final Map<HoldId, Long> settled = new HashMap<>();
  private final Set<HoldId> neverHeld = new HashSet<>();

  @Override
  public synchronized void credit(
      AccountId account, TransferId transferId, long minor, String cause, String description) {
    if (transfers.add(transferId)) {
      available.merge(account, minor, Long::sum);
    }
  }

  @Override
  public synchronized void hold(
      AccountId account, HoldId holdId, long minor, String cause, String description) {
    if (neverHeld.contains(holdId)) {
      throw settled(holdId);
    }
    // As in the ledger: a hold that was made once is not made again, also if it is settled.
    if (!holds.containsKey(holdId) && !settled.containsKey(holdId)) {
      take(account, minor);
      holds.put(holdId, new Held(account, minor));
      Runnable meanwhile = onHeld;
      onHeld = () -> {};
      meanwhile.run();
    }
  }

  @Override
  public synchronized void capture(HoldId holdId, long minor) {
    if (settled.containsKey(holdId)) {
      if (settled.get(holdId) != minor) {
        throw settled(holdId);
      }
      return;
    }
    Held held = holds.remove(holdId);
    available.merge(held.account(), held.minor() - minor, Long::sum);
    settled.put(holdId, minor);
  }

  @Override
  public synchronized void release(HoldId holdId) {
    if (settled.containsKey(holdId)) {
      if (settled.get(holdId) != 0) {
        throw settled(holdId);
      }
      return;
    }
    settled.put(holdId, 0L);
    Held held = holds.remove(holdId);
    if (held == null) {
      neverHeld.add(holdId);
    } else {
      available.merge(held.account(), held.minor(), Long::sum);
    }
  }

  @Override
  public synchronized void charge(
      AccountId account, TransferId transferId, long minor, String cause, String description) {
    if (!transfers.contains(transferId)) {
      take(account, minor);
      transfers.add(transferId);
    }
  }

  @Override
  public synchronized void refund(
      AccountId account, TransferId transferId, long minor, String cause, String description) {
    credit(account, transferId, minor, cause, description);
  }

  @Override
  public synchronized long availableMinor(AccountId account) {
    return available.getOrDefault(account, 0L);
  }

  /** Lets something happen once after the next refusal, before its caller hears of it. */
  public synchronized void afterNextRefusal(Runnable meanwhile) {
    onRefusal = meanwhile;
  }

  /** Lets something happen once after the next hold, before its caller goes on. */
  public synchronized void afterNextHold(Runnable meanwhile) {
    onHeld = meanwhile;
  }

  /** Coins put aside. */
  public synchronized long heldMinor() {
    return holds.values().stream().mapToLong(Held::minor).sum();
  }

  /** 10 coins a gigabyte, 1 minor unit for each begun 40,000 bytes of video. */
  @Override
  public long costMinor(String sku, long quantity) {
    return sku.equals(TRANSCODE) ? Math.max(1, quantity / 40_000) : quantity * 1000;
  }

  private void take(AccountId account, long minor) {
    long left = availableMinor(account) - minor;
    if (left < 0) {
      Runnable meanwhile = onRefusal;
      onRefusal = () -> {};
      meanwhile.run();
      throw new PlatformException(ErrorReason.ERROR_REASON_INSUFFICIENT_COINS, "too few coins");
    }
    available.put(account, left);
  }

  private static PlatformException settled(HoldId holdId) {
    return new PlatformException(ErrorReason.ERROR_REASON_HOLD_SETTLED, holdId + " is settled");
  }
}
