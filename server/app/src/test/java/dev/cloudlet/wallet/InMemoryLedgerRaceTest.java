package dev.cloudlet.wallet;

class InMemoryLedgerRaceTest extends LedgerRaceContract {
  private final LedgerStore store = new InMemoryLedgerStore();

  @Override
  LedgerStore open() {
    return store;
  }
}
