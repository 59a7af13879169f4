package dev.cloudlet.dev;

class InMemoryClockStoreTest extends ClockStoreContract {
  private final ClockStore store = new InMemoryClockStore();

  @Override
  ClockStore store() {
    return store;
  }
}
