package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.InMemoryObjectStore;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.config.DataSize;
import dev.cloudlet.kernel.id.AccountId;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** Refuses to make places: an in-memory store refuses a bucket that is not empty just the same. */
record BrokenBackend(AtomicBoolean refuses) implements StorageBackend {
  @Override
  public void provision(AccountId owner) {
    if (refuses.get()) {
      throw refusal();
    }
  }

  private static ObjectStoreException refusal() {
    var store = new InMemoryObjectStore(InstantSource.system(), new DataSize(1));
    store.createBucket("abc");
    try {
      store.put("abc", "k", new byte[2], "text/plain");
    } catch (ObjectStoreException.Refused refused) {
      return refused;
    }
    throw new AssertionError("the store took too much");
  }

  @Override
  public OwnerStore open(AccountId owner) {
    throw refusal();
  }

  @Override
  public ObjectStore cleaner(AccountId owner) {
    throw refusal();
  }

  @Override
  public long usedBytes(AccountId owner) {
    return 0;
  }

  @Override
  public void changed(AccountId owner, long deltaBytes) {}

  @Override
  public boolean supportsCredentials() {
    return false;
  }

  @Override
  public URI publicEndpoint() {
    return URI.create("http://s3.test");
  }

  @Override
  public String region() {
    return "test";
  }

  @Override
  public void close() {}
}
