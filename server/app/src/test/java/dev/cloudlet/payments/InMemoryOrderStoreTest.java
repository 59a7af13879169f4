package dev.cloudlet.payments;

class InMemoryOrderStoreTest extends OrderStoreContract {
  private final OrderStore store = new InMemoryOrderStore();

  @Override
  OrderStore store() {
    return store;
  }
}
