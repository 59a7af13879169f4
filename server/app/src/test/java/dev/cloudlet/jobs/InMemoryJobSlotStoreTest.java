package dev.cloudlet.jobs;

class InMemoryJobSlotStoreTest extends JobSlotStoreContract {
  private final JobSlotStore store = new InMemoryJobSlotStore();

  @Override
  JobSlotStore store() {
    return store;
  }
}
