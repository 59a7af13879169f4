package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a wallet's past. Entries are numbered from 0; the chunk that holds one follows from its
 * number, so a page anywhere, or an instant found by halving, costs a few reads by key however long
 * the history is.
 */
final class LedgerHistory {
  private final LedgerStore store;
  private final LedgerView view;

  LedgerHistory(LedgerStore store, LedgerView view) {
    this.store = store;
    this.view = view;
  }

  /** An entry with its number. */
  record Numbered(long number, HistoryEntry entry) {}

  /**
   * What happened between two instants.
   *
   * @param opening available before the first entry of the span
   * @param credited sum of what came in
   * @param debited sum of what went out, positive
   * @param closing available after the last entry of the span
   * @param entries how many
   */
  record Statement(long opening, long credited, long debited, long closing, long entries) {}

  /** Up to {@code limit} entries with numbers below {@code before}, newest first. */
  List<Numbered> entries(AccountId account, Optional<Long> before, int limit) {
    Timeline timeline = timeline(account);
    long end = Math.min(before.orElse(Long.MAX_VALUE), timeline.size());
    List<Numbered> found = new ArrayList<>();
    for (long number = end - 1; number >= 0 && found.size() < limit; number--) {
      found.add(new Numbered(number, timeline.entry(number)));
    }
    return found;
  }

  /** Open holds, newest first; at most {@link BatchDraft#MAX_OPEN_HOLDS}. */
  List<OpenHold> holds(AccountId account) {
    return timeline(account).state.holds().reversed();
  }

  /** Sums from {@code start} (inclusive) to {@code end} (exclusive). */
  Statement statement(AccountId account, Instant start, Instant end) {
    Timeline timeline = timeline(account);
    long first = timeline.firstFrom(start);
    long last = Math.max(first, timeline.firstFrom(end));
    Sums before = timeline.sumsBefore(first);
    Sums after = timeline.sumsBefore(last);
    return new Statement(
        before.available(),
        after.credited() - before.credited(),
        after.debited() - before.debited(),
        after.available(),
        last - first);
  }

  private Timeline timeline(AccountId account) {
    view.catchUp();
    return new Timeline(view.load(LedgerAccountId.wallet(account)));
  }

  private record Sums(long available, long credited, long debited) {}

  // One reading of one wallet; keeps the chunks that it met, of which a page needs at most three
  // and a halving about 2 x log2 of their number.
  private final class Timeline {
    private final AccountState state;
    private final Map<Long, EntryChunk> chunks = new HashMap<>();

    Timeline(AccountState state) {
      this.state = state;
    }

    long size() {
      return state.entryCount();
    }

    HistoryEntry entry(long number) {
      long chunk = number / EntryChunk.SIZE;
      if (chunk >= state.chunks()) {
        return state.recent().get((int) (number - state.chunks() * EntryChunk.SIZE));
      }
      return chunks
          .computeIfAbsent(chunk, this::chunk)
          .entries()
          .get((int) (number % EntryChunk.SIZE));
    }

    private EntryChunk chunk(long number) {
      return store
          .findChunk(state.id(), number)
          .orElseThrow(
              () ->
                  new IllegalStateException("chunk " + number + " of " + state.id() + " is lost"));
    }

    // The number of the first entry at or after the instant; times never fall.
    long firstFrom(Instant instant) {
      long low = 0;
      long high = size();
      while (low < high) {
        long middle = (low + high) >>> 1;
        if (entry(middle).time().isBefore(instant)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    Sums sumsBefore(long number) {
      if (number == 0) {
        return new Sums(0, 0, 0);
      }
      HistoryEntry last = entry(number - 1);
      return new Sums(last.availableAfter(), last.creditedTotal(), last.debitedTotal());
    }
  }
}
