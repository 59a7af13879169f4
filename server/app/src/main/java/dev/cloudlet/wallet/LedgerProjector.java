package dev.cloudlet.wallet;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Carries the journal into the account documents and history chunks, some batches at a time, so
 * that a hot account is written once per round. Every step is conditional on what it follows and
 * may be done twice, by this server or by another.
 */
final class LedgerProjector {
  private static final int ROUND = 64;
  private static final int WRITERS = 8;
  private static final int KEPT_ACCOUNTS = 2000;
  private static final int MAX_TRIES = 50;
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration LINGER = Duration.ofMillis(50);

  private final LedgerStore store;
  private final LedgerView view;
  // What this server last saved: complete up to ownCheckpoint, and of use only while that is the
  // checkpoint. Once another server has projected, it may lack batches that are not in the next
  // round either, and history made from it would have a hole.
  private final Cache<LedgerAccountId, AccountState> saved =
      Caffeine.newBuilder().maximumSize(KEPT_ACCOUNTS).build();
  // Where this server's last round ended. Only the projector's thread.
  private long ownCheckpoint;

  LedgerProjector(LedgerStore store, LedgerView view) {
    this.store = store;
    this.view = view;
  }

  /** The projector's loop; goes on until interrupted. */
  void run() throws InterruptedException {
    try (ExecutorService writers =
        Executors.newFixedThreadPool(
            WRITERS, Thread.ofVirtual().name("ledger-project-", 0).factory())) {
      try {
        while (true) {
          view.awaitUnprojected(1, IDLE);
          view.awaitUnprojected(ROUND / 2, LINGER);
          while (projectRound(writers)) {
            // Until nothing is left.
          }
        }
      } finally {
        writers.shutdownNow();
      }
    } catch (RuntimeException e) {
      saved.invalidateAll();
      throw e;
    }
  }

  /** Projects what is known, up to a bound; false when nothing was left to do. */
  boolean projectRound(ExecutorService writers) throws InterruptedException {
    view.catchUp();
    List<Batch> known = view.unprojected(ROUND);
    if (known.isEmpty()) {
      return false;
    }
    // Another server may have been faster.
    long checkpoint = store.checkpoint();
    List<Batch> round = known.stream().filter(batch -> batch.seq() > checkpoint).toList();
    if (checkpoint != ownCheckpoint) {
      saved.invalidateAll();
    }
    if (!round.isEmpty()) {
      saveAll(byAccount(round), writers);
      ownCheckpoint = round.getLast().seq();
      store.advanceCheckpoint(ownCheckpoint);
    }
    view.markProjected(known.getLast().seq());
    return true;
  }

  private static Map<LedgerAccountId, List<Posting>> byAccount(List<Batch> batches) {
    Map<LedgerAccountId, List<Posting>> postings = new LinkedHashMap<>();
    for (Batch batch : batches) {
      for (Transfer transfer : batch.transfers()) {
        for (Leg leg : transfer.legs()) {
          // A hold's coins are listed in its wallet; it has no document of its own.
          if (!leg.account().isHold()) {
            postings
                .computeIfAbsent(leg.account(), account -> new ArrayList<>())
                .add(new Posting(batch.seq(), batch.time(), transfer));
          }
        }
      }
    }
    return postings;
  }

  private void saveAll(Map<LedgerAccountId, List<Posting>> postings, ExecutorService writers)
      throws InterruptedException {
    List<Callable<Void>> saves = new ArrayList<>();
    postings.forEach(
        (account, these) ->
            saves.add(
                () -> {
                  save(account, these);
                  return null;
                }));
    for (Future<Void> save : writers.invokeAll(saves)) {
      try {
        save.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException("projecting failed", e.getCause());
      }
    }
  }

  private void save(LedgerAccountId account, List<Posting> postings) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      AccountState before =
          Optional.ofNullable(saved.getIfPresent(account))
              .or(() -> store.findAccount(account))
              .orElseGet(() -> AccountState.empty(account));
      AccountState after = before.apply(postings);
      if (after.seq() == before.seq()) {
        return;
      }
      after.fullChunks().forEach(store::saveChunk);
      AccountState trimmed = after.withoutFullChunks();
      if (store.saveAccount(trimmed, before.seq())) {
        saved.put(account, trimmed);
        return;
      }
      saved.invalidate(account);
    }
    throw new IllegalStateException("the projection of " + account + " changes without end");
  }
}
