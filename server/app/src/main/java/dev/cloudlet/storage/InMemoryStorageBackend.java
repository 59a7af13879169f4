package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.InMemoryObjectStore;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.config.DataSize;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Customers' objects in memory, for tests: URLs are signed but nobody listens at their address;
 * tests put objects directly.
 */
final class InMemoryStorageBackend implements StorageBackend {
  private static final DataSize CAPACITY = new DataSize(256L << 20);
  private static final URI ENDPOINT = URI.create("http://s3.test");

  private final InstantSource clock;
  private final boolean credentials;
  private final Map<AccountId, OwnerStore> stores = new ConcurrentHashMap<>();

  InMemoryStorageBackend(InstantSource clock, boolean credentials) {
    this.clock = clock;
    this.credentials = credentials;
  }

  @Override
  public void provision(AccountId owner) {
    open(owner);
  }

  @Override
  public OwnerStore open(AccountId owner) {
    return stores.computeIfAbsent(owner, this::connect);
  }

  @Override
  public ObjectStore cleaner(AccountId owner) {
    return open(owner).objects();
  }

  private OwnerStore connect(AccountId owner) {
    Presigner presigner =
        new Presigner(ENDPOINT, region(), "test-" + owner, Secret.of("not-a-secret"), clock);
    return new OwnerStore(
        new InMemoryObjectStore(clock, CAPACITY), new PresignedUrls(presigner, name -> name));
  }

  @Override
  public long usedBytes(AccountId owner) {
    ObjectStore objects = open(owner).objects();
    return objects.listBuckets().stream()
        .flatMap(
            bucket ->
                objects
                    .list(bucket, "", Optional.empty(), ObjectStore.MAX_BATCH)
                    .objects()
                    .stream())
        .mapToLong(ObjectInfo::size)
        .sum();
  }

  @Override
  public void changed(AccountId owner, long deltaBytes) {
    // Counted with every question.
  }

  @Override
  public boolean supportsCredentials() {
    return credentials;
  }

  @Override
  public URI publicEndpoint() {
    return ENDPOINT;
  }

  @Override
  public String region() {
    return "test";
  }

  @Override
  public void close() {
    stores.clear();
  }
}
