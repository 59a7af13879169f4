package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.kernel.time.Pause;

/** One server's ledger with its two loops, as {@link WalletModule} makes it. */
final class LedgerServer implements AutoCloseable {
  final LedgerStore store;
  final LedgerView view;
  final Ledger ledger;
  final LedgerHistory history;
  final Conservation conservation;
  private final Background background = new Background();

  LedgerServer(LedgerStore store, MovableClock clock, boolean projects) {
    this.store = store;
    view = new LedgerView(store);
    LedgerWriter writer =
        new LedgerWriter(store, view, clock, TimeOrderedIds.secure(clock), Pause.real());
    ledger = new Ledger(store, view, writer);
    history = new LedgerHistory(store, view);
    conservation = new Conservation(store, view, clock, System::nanoTime);
    background.loop("writer", writer::run);
    if (projects) {
      background.loop("projector", new LedgerProjector(store, view)::run);
    }
  }

  static LedgerServer on(LedgerStore store) {
    return new LedgerServer(store, MovableClock.system(), true);
  }

  /** A server that is killed before it projects anything. */
  static LedgerServer withoutProjector(LedgerStore store) {
    return new LedgerServer(store, MovableClock.system(), false);
  }

  @Override
  public void close() {
    background.close();
  }
}
