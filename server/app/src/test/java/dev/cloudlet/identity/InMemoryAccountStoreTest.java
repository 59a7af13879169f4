package dev.cloudlet.identity;

class InMemoryAccountStoreTest extends AccountStoreContract {
  private final AccountStore store = new InMemoryAccountStore();

  @Override
  AccountStore store() {
    return store;
  }
}
