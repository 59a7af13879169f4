package dev.cloudlet.jobs;

class InMemoryOperatorStoresTest extends OperatorStoresContract {
  private final OperatorStores stores = OperatorStores.inMemory();

  @Override
  OperatorStores stores() {
    return stores;
  }
}
