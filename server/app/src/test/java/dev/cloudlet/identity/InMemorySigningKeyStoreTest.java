package dev.cloudlet.identity;

class InMemorySigningKeyStoreTest extends SigningKeyStoreContract {
  private final SigningKeyStore store = new InMemorySigningKeyStore();

  @Override
  SigningKeyStore store() {
    return store;
  }
}
