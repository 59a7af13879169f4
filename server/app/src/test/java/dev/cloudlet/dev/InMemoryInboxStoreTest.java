package dev.cloudlet.dev;

class InMemoryInboxStoreTest extends InboxStoreContract {
  private final InboxStore store = new InMemoryInboxStore();

  @Override
  InboxStore store() {
    return store;
  }
}
