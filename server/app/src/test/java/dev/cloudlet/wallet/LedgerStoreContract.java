package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every ledger store promises. */
abstract class LedgerStoreContract {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);

  abstract LedgerStore store();

  static Transfer transfer(String id, long minor) {
    return new Transfer(
        new TransferId(id),
        TransferKind.TOP_UP,
        List.of(
            new Leg(new LedgerAccountId("sys:adjustment"), -minor),
            new Leg(new LedgerAccountId("wal:usr_a"), minor)),
        "ord_1",
        "Coins");
  }

  private static Batch batch(long seq, String nonce, Transfer... transfers) {
    Batch.Totals before = new Batch.Totals(seq - 1, TIME, 0, 0, 0);
    return Batch.after(before, new BatchId(nonce), TIME, List.of(transfers));
  }

  @Test
  void aBatchComesBackAsItWasAppended() {
    Batch batch =
        batch(
            1,
            "n1",
            transfer("t1", 5),
            new Transfer(new TransferId("t2"), TransferKind.NEVER_HELD, List.of(), "", ""));

    assertThat(store().append(batch)).isTrue();

    assertThat(store().findBatch(1)).contains(batch);
    assertThat(store().findBatch(2)).isEmpty();
    assertThat(store().findTransfer(new TransferId("t1"))).contains(batch.transfers().getFirst());
    assertThat(store().findTransfer(new TransferId("t2"))).contains(batch.transfers().getLast());
    assertThat(store().findTransfer(new TransferId("t3"))).isEmpty();
  }

  @Test
  void aSecondBatchOfTheSameNumberIsRefused() {
    store().append(batch(1, "n1", transfer("t1", 5)));

    assertThat(store().append(batch(1, "n2", transfer("t2", 5)))).isFalse();
    assertThat(store().findTransfer(new TransferId("t2"))).isEmpty();
  }

  @Test
  void aTransferIdOfAnEarlierBatchRefusesTheWholeBatch() {
    store().append(batch(1, "n1", transfer("t1", 5), transfer("t2", 5)));

    assertThat(store().append(batch(2, "n2", transfer("t3", 1), transfer("t2", 5)))).isFalse();
    assertThat(store().findBatch(2)).isEmpty();
    assertThat(store().findTransfer(new TransferId("t3"))).isEmpty();
  }

  @Test
  void ofWritersRacingForANumberOneWins() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long seq = 1; seq <= 20; seq++) {
        long number = seq;
        List<Callable<Boolean>> writers =
            IntStream.range(0, 8)
                .<Callable<Boolean>>mapToObj(
                    i ->
                        () -> store().append(batch(number, "n" + i, transfer(number + "-" + i, 1))))
                .toList();
        int won = 0;
        for (Future<Boolean> writer : threads.invokeAll(writers)) {
          won += writer.get() ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
      }
    }
  }

  @Test
  void aProjectionIsSavedOnlyOnWhatItFollows() {
    AccountState first =
        AccountState.empty(new LedgerAccountId("wal:usr_a"))
            .apply(List.of(new Posting(3, TIME, transfer("t1", 5))));
    AccountState second = first.apply(List.of(new Posting(7, TIME, transfer("t2", 5))));

    assertThat(store().saveAccount(first, 0)).isTrue();
    assertThat(store().saveAccount(first, 0)).isFalse();
    assertThat(store().saveAccount(second, 2)).isFalse();
    assertThat(store().saveAccount(second, 3)).isTrue();

    assertThat(store().findAccount(new LedgerAccountId("wal:usr_a"))).contains(second);
  }

  @Test
  void projectionsAreListedInOrderFromAnyPlace() {
    for (String id : List.of("wal:c", "wal:a", "sys:b")) {
      store().saveAccount(AccountState.empty(new LedgerAccountId(id)), 0);
    }

    assertThat(store().listAccounts(Optional.empty(), 2))
        .extracting(account -> account.id().value())
        .containsExactly("sys:b", "wal:a");
    assertThat(store().listAccounts(Optional.of(new LedgerAccountId("wal:a")), 2))
        .extracting(account -> account.id().value())
        .containsExactly("wal:c");
  }

  @Test
  void aChunkIsKeptAsFirstWritten() {
    HistoryEntry entry =
        new HistoryEntry(new TransferId("t"), TransferKind.TOP_UP, 5, 5, 5, "ord_1", "Coins", TIME);
    EntryChunk chunk = new EntryChunk(new EntryChunkId("wal:usr_a/0"), List.of(entry));

    store().saveChunk(chunk);
    store().saveChunk(chunk);

    assertThatThrownBy(
            () -> store().saveChunk(new EntryChunk(new EntryChunkId("wal:usr_a/0"), List.of())))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store().findChunk(new LedgerAccountId("wal:usr_a"), 0)).contains(chunk);
    assertThat(store().findChunk(new LedgerAccountId("wal:usr_a"), 1)).isEmpty();
  }

  @Test
  void theCheckpointNeverGoesBack() {
    assertThat(store().checkpoint()).isZero();
    store().advanceCheckpoint(5);
    store().advanceCheckpoint(3);
    assertThat(store().checkpoint()).isEqualTo(5);
  }
}
