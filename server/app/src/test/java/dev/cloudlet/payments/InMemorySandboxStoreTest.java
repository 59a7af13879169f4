package dev.cloudlet.payments;

class InMemorySandboxStoreTest extends SandboxStoreContract {
  private final SandboxStore store = new InMemorySandboxStore();

  @Override
  SandboxStore store() {
    return store;
  }
}
