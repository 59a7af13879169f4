package dev.cloudlet.identity;

class InMemoryProofStoreTest extends ProofStoreContract {
  private final ProofStore store = new InMemoryProofStore();

  @Override
  ProofStore store() {
    return store;
  }
}
