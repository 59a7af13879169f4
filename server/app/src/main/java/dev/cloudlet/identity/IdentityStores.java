package dev.cloudlet.identity;

import dev.cloudlet.kernel.mongo.MongoConnection;

/** Where identity keeps what it knows. */
record IdentityStores(
    AccountStore accounts, SessionStore sessions, ProofStore proofs, SigningKeyStore keys) {

  static IdentityStores in(MongoConnection mongo) {
    return new IdentityStores(
        new MongoAccountStore(mongo),
        new MongoSessionStore(mongo),
        new MongoProofStore(mongo),
        new MongoSigningKeyStore(mongo));
  }

  static IdentityStores inMemory() {
    return new IdentityStores(
        new InMemoryAccountStore(),
        new InMemorySessionStore(),
        new InMemoryProofStore(),
        new InMemorySigningKeyStore());
  }
}
