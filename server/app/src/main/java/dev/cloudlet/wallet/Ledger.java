package dev.cloudlet.wallet;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.CoinText;
import dev.cloudlet.kernel.error.Effects;
import dev.cloudlet.kernel.error.OutcomeUnknownException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The rules of moving coins, in terms of transfers. A hold is the transfer {@link TransferId#hold};
 * what becomes of it, capture or release, is the one transfer {@link TransferId#settle}: that ids
 * are unique is what lets a hold be made once and settled once.
 */
final class Ledger implements WalletApi {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final LedgerStore store;
  private final LedgerView view;
  private final LedgerWriter writer;

  Ledger(LedgerStore store, LedgerView view, LedgerWriter writer) {
    this.store = store;
    this.view = view;
    this.writer = writer;
  }

  @Override
  public void credit(
      AccountId account, TransferId transferId, long minor, String cause, String description) {
    requirePositive(minor);
    List<Leg> legs =
        List.of(
            new Leg(LedgerAccountId.source(transferId), -minor),
            new Leg(LedgerAccountId.wallet(account), minor));
    postOnce(new Transfer(transferId, TransferKind.TOP_UP, legs, cause, description));
  }

  @Override
  public void hold(AccountId account, HoldId holdId, long minor, String cause, String description) {
    requirePositive(minor);
    List<Leg> legs =
        List.of(
            new Leg(LedgerAccountId.wallet(account), -minor),
            new Leg(LedgerAccountId.hold(holdId), minor));
    Transfer wanted =
        new Transfer(TransferId.hold(holdId), TransferKind.HOLD, legs, cause, description);
    Transfer found = post(wanted);
    if (found.kind() == TransferKind.NEVER_HELD) {
      throw settled(holdId);
    }
    requireSame(wanted, found);
  }

  @Override
  public void capture(HoldId holdId, long minor) {
    Transfer hold =
        find(TransferId.hold(holdId))
            .orElseThrow(() -> PlatformException.notFound("hold", holdId.value()));
    if (hold.kind() == TransferKind.NEVER_HELD) {
      throw settled(holdId);
    }
    settle(holdId, hold, minor);
  }

  @Override
  public void release(HoldId holdId) {
    Transfer never =
        new Transfer(
            TransferId.hold(holdId),
            TransferKind.NEVER_HELD,
            List.of(),
            "",
            "Given up before it was held");
    Optional<Transfer> made = find(TransferId.hold(holdId));
    Transfer hold = made.isPresent() ? made.get() : post(never);
    if (hold.kind() != TransferKind.NEVER_HELD) {
      settle(holdId, hold, 0);
    }
  }

  private void settle(HoldId holdId, Transfer hold, long minor) {
    Leg held = hold.hold().orElseThrow();
    Leg wallet = hold.wallet().orElseThrow();
    if (minor < 0 || minor > held.minor()) {
      throw new IllegalArgumentException(
          "hold " + holdId + " of " + held.minor() + " can't pay " + minor);
    }
    long rest = held.minor() - minor;
    // The wallet's leg stands also when nothing comes back: the history shows that it was paid.
    List<Leg> legs =
        List.of(
            new Leg(held.account(), -held.minor()),
            new Leg(LedgerAccountId.REVENUE, minor),
            new Leg(wallet.account(), rest));
    TransferKind kind = minor == 0 ? TransferKind.RELEASE : TransferKind.CAPTURE;
    String outcome =
        minor == 0
            ? "given back"
            : "paid " + CoinText.of(minor) + " of " + CoinText.of(held.minor()) + " held";
    String description = hold.description() + " (" + outcome + ")";
    Transfer wanted =
        new Transfer(TransferId.settle(holdId), kind, legs, hold.cause(), description);
    Transfer found = post(wanted);
    if (!found.sameContent(wanted)) {
      throw settled(holdId);
    }
  }

  @Override
  public void charge(
      AccountId account, TransferId transferId, long minor, String cause, String description) {
    requirePositive(minor);
    List<Leg> legs =
        List.of(
            new Leg(LedgerAccountId.wallet(account), -minor),
            new Leg(LedgerAccountId.REVENUE, minor));
    postOnce(new Transfer(transferId, TransferKind.CHARGE, legs, cause, description));
  }

  @Override
  public void refund(
      AccountId account, TransferId transferId, long minor, String cause, String description) {
    requirePositive(minor);
    List<Leg> legs =
        List.of(
            new Leg(LedgerAccountId.REVENUE, -minor),
            new Leg(LedgerAccountId.wallet(account), minor));
    postOnce(new Transfer(transferId, TransferKind.REFUND, legs, cause, description));
  }

  @Override
  public long availableMinor(AccountId account) {
    return standing(account).available();
  }

  /** The wallet at the journal's present end, whoever wrote it. */
  Standing standing(AccountId account) {
    view.catchUp();
    return view.standing(LedgerAccountId.wallet(account));
  }

  private Optional<Transfer> find(TransferId transferId) {
    Optional<Transfer> known = view.known(transferId);
    return known.isPresent() ? known : store.findTransfer(transferId);
  }

  private void postOnce(Transfer wanted) {
    requireSame(wanted, post(wanted));
  }

  // Gives the transfer that stands in the journal under this id: this one, or an earlier one.
  private Transfer post(Transfer transfer) {
    // Loaded here, by many threads at once, so that the one writer seldom has to.
    transfer.wallet().ifPresent(leg -> view.standing(leg.account()));
    PendingTransfer pending = writer.submit(transfer);
    try {
      Transfer posted = pending.done().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      // The journal is written by a thread of its own, which knows of no call.
      Effects.begun();
      return posted;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PlatformException refusal) {
        throw refusal;
      }
      throw new IllegalStateException("the ledger failed", e.getCause());
    } catch (TimeoutException e) {
      throw leave(pending, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw leave(pending, e);
    }
  }

  private PlatformException leave(PendingTransfer pending, Exception cause) {
    return writer.withdraw(pending)
        ? new UnavailableException("The ledger is too busy; try again in a moment.", cause)
        : new OutcomeUnknownException("The ledger did not answer in time.", cause);
  }

  private static void requirePositive(long minor) {
    if (minor < 1 || minor > Transfer.MAX_MINOR) {
      throw new IllegalArgumentException(
          "an amount is 1 to " + Transfer.MAX_MINOR + " minor units, not " + minor);
    }
  }

  private static void requireSame(Transfer wanted, Transfer found) {
    if (!found.sameContent(wanted)) {
      throw new PlatformException(
              ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
              "A transfer with this id was made before with another amount, account or cause.")
          .with("transfer_id", wanted.id().value());
    }
  }

  private static PlatformException settled(HoldId holdId) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_HOLD_SETTLED, "The hold was captured or released before.")
        .with("hold_id", holdId.value());
  }
}
