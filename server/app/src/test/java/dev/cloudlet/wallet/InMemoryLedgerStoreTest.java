package dev.cloudlet.wallet;

class InMemoryLedgerStoreTest extends LedgerStoreContract {
  private final LedgerStore store = new InMemoryLedgerStore();

  @Override
  LedgerStore store() {
    return store;
  }
}
