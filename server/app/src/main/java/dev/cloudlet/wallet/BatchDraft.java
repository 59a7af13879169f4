package dev.cloudlet.wallet;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.CoinText;
import dev.cloudlet.kernel.error.PlatformException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sorts transfers that wait into those that the wallets at the head allow, one after the other, and
 * those that are refused, known already, or must wait for the next batch. Used by the writer's
 * thread alone, for one batch.
 */
final class BatchDraft {
  /** Most open holds of one wallet: they are listed in its document. */
  static final int MAX_OPEN_HOLDS = 1000;

  private final LedgerView view;
  // Taken before any wallet is looked at: if the journal grows meanwhile, the number after this
  // head is taken and the batch is refused, so no judgement on an older wallet gets through.
  private final Batch.Totals head;
  private final Map<LedgerAccountId, Standing> standings = new HashMap<>();
  private final Set<TransferId> ids = new HashSet<>();
  private final List<PendingTransfer> accepted = new ArrayList<>();
  private final List<PendingTransfer> deferred = new ArrayList<>();
  private final Map<PendingTransfer, Transfer> known = new LinkedHashMap<>();
  private final Map<PendingTransfer, PlatformException> refused = new LinkedHashMap<>();

  BatchDraft(LedgerView view) {
    this.view = view;
    this.head = view.head();
  }

  /** The head that the judgements follow on. */
  Batch.Totals head() {
    return head;
  }

  /** Judges {@code pending} after all those judged before. */
  void judge(PendingTransfer pending) {
    Transfer transfer = pending.transfer();
    Optional<Transfer> before = view.known(transfer.id());
    if (before.isPresent()) {
      known.put(pending, before.get());
    } else if (ids.contains(transfer.id())) {
      deferred.add(pending);
    } else {
      Optional<PlatformException> refusal = apply(transfer);
      if (refusal.isPresent()) {
        refused.put(pending, refusal.get());
      } else {
        ids.add(transfer.id());
        accepted.add(pending);
      }
    }
  }

  private Optional<PlatformException> apply(Transfer transfer) {
    Optional<Leg> leg = transfer.wallet();
    if (leg.isEmpty()) {
      return Optional.empty();
    }
    LedgerAccountId wallet = leg.get().account();
    Standing before = standings.computeIfAbsent(wallet, view::standing);
    if (leg.get().minor() < 0 && before.available() + leg.get().minor() < 0) {
      return Optional.of(insufficient(-leg.get().minor(), before.available()));
    }
    if (transfer.kind() == TransferKind.HOLD && before.openHolds() >= MAX_OPEN_HOLDS) {
      return Optional.of(
          new PlatformException(
                  ErrorReason.ERROR_REASON_TOO_MANY_JOBS,
                  "The account has "
                      + MAX_OPEN_HOLDS
                      + " unfinished pieces of paid work. Wait until some of them end.")
              .with("limit", MAX_OPEN_HOLDS));
    }
    standings.put(wallet, before.after(transfer, before.seq()));
    return Optional.empty();
  }

  private static PlatformException insufficient(long required, long available) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_INSUFFICIENT_COINS,
            "This costs "
                + CoinText.of(required)
                + " coins and "
                + CoinText.of(available)
                + " are available. Buy coins first.")
        .with("required_minor", required)
        .with("available_minor", available);
  }

  List<PendingTransfer> accepted() {
    return accepted;
  }

  List<Transfer> transfers() {
    return accepted.stream().map(PendingTransfer::transfer).toList();
  }

  boolean hasRefused() {
    return !refused.isEmpty();
  }

  /** Those whose transfer is in the journal already, with it. */
  Map<PendingTransfer, Transfer> known() {
    return known;
  }

  /** Those that the wallets do not allow, unless they were done long ago. */
  Map<PendingTransfer, PlatformException> refused() {
    return refused;
  }

  /** Those that share their id with one of this batch: the next batch finds it known. */
  List<PendingTransfer> deferred() {
    return deferred;
  }

  /** Those that are not decided yet, in their order. */
  List<PendingTransfer> undecided() {
    return Stream.concat(accepted.stream(), deferred.stream()).toList();
  }
}
