package dev.cloudlet.wallet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the whole journal from its first batch and compares everything that was made from it; keeps
 * every account and transfer id in memory.
 */
final class LedgerAudit {
  private static final int PAGE = 500;

  private final LedgerStore store;

  LedgerAudit(LedgerStore store) {
    this.store = store;
  }

  /** Every disagreement in a sentence; empty if all is well. */
  List<String> findings() {
    List<String> findings = new ArrayList<>();
    Map<LedgerAccountId, Long> balances = new HashMap<>();
    Map<LedgerAccountId, List<Posting>> postings = new HashMap<>();
    Set<TransferId> ids = new HashSet<>();
    Batch.Totals before = Batch.Totals.NONE;
    for (Optional<Batch> next = store.findBatch(1);
        next.isPresent();
        next = store.findBatch(before.seq() + 1)) {
      Batch batch = next.get();
      Batch expected = Batch.after(before, batch.nonce(), batch.time(), batch.transfers());
      if (!expected.equals(batch)) {
        findings.add("batch " + batch.seq() + " does not follow on the one before it");
      }
      for (Transfer transfer : batch.transfers()) {
        if (!ids.add(transfer.id())) {
          findings.add("transfer " + transfer.id() + " is in the journal twice");
        }
        replay(new Posting(batch.seq(), batch.time(), transfer), balances, postings, findings);
      }
      before = batch.totals();
    }
    if (balances.values().stream().mapToLong(Long::longValue).sum() != 0) {
      findings.add("the accounts do not sum to zero");
    }
    compareProjections(postings, findings);
    return findings;
  }

  private static void replay(
      Posting posting,
      Map<LedgerAccountId, Long> balances,
      Map<LedgerAccountId, List<Posting>> postings,
      List<String> findings) {
    for (Leg leg : posting.transfer().legs()) {
      long balance = balances.merge(leg.account(), leg.minor(), Long::sum);
      boolean customers = leg.account().isWallet() || leg.account().isHold();
      if (customers && balance < 0) {
        findings.add(leg.account() + " is below zero after batch " + posting.seq());
      }
      postings.computeIfAbsent(leg.account(), account -> new ArrayList<>()).add(posting);
    }
  }

  // A projection may lag behind, but must be what the journal says up to its own number.
  private void compareProjections(
      Map<LedgerAccountId, List<Posting>> postings, List<String> findings) {
    long checkpoint = store.checkpoint();
    Set<LedgerAccountId> seen = new HashSet<>();
    Optional<LedgerAccountId> after = Optional.empty();
    List<AccountState> page;
    do {
      page = store.listAccounts(after, PAGE);
      for (AccountState stored : page) {
        seen.add(stored.id());
        after = Optional.of(stored.id());
        compare(stored, postings.getOrDefault(stored.id(), List.of()), checkpoint, findings);
      }
    } while (page.size() == PAGE);
    postings.forEach(
        (account, these) -> {
          if (!account.isHold()
              && !seen.contains(account)
              && these.getFirst().seq() <= checkpoint) {
            findings.add(account + " has no projection");
          }
        });
  }

  private void compare(
      AccountState stored, List<Posting> postings, long checkpoint, List<String> findings) {
    AccountState replayed =
        AccountState.empty(stored.id())
            .apply(postings.stream().filter(posting -> posting.seq() <= stored.seq()).toList());
    if (!replayed.withoutFullChunks().equals(stored)) {
      findings.add("the projection of " + stored.id() + " is not what the journal says");
    }
    for (EntryChunk chunk : replayed.fullChunks()) {
      if (!store.findChunk(stored.id(), chunk.id().number()).equals(Optional.of(chunk))) {
        findings.add("chunk " + chunk.id() + " is not what the journal says");
      }
    }
    boolean lags =
        postings.stream()
            .anyMatch(posting -> posting.seq() > stored.seq() && posting.seq() <= checkpoint);
    if (lags) {
      findings.add("the projection of " + stored.id() + " lags behind the checkpoint");
    }
  }
}
