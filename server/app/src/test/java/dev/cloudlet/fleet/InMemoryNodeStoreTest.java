package dev.cloudlet.fleet;

class InMemoryNodeStoreTest extends NodeStoreContract {
  private final NodeStore store = new InMemoryNodeStore();

  @Override
  NodeStore store() {
    return store;
  }
}
