package dev.cloudlet.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectPage;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.crypto.Sha256;
import dev.cloudlet.kernel.id.AccountId;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A store with one key of the platform. Tenants are kept apart by bucket names {@code <16 hex
 * digits of the account's hash>-<bucket>}; every object goes through a URL that the platform
 * signed, so quota and expiry act when signing. Use is counted by listing, at most once in ten
 * minutes and account, and carried forward in between by what the platform sees.
 */
final class SharedBucketStorageBackend implements StorageBackend {
  private static final int MAX_COUNTED = 10_000;
  private static final Duration RECOUNT = Duration.ofMinutes(10);
  private static final int HASH_BYTES = 8;

  private final ObjectStore shared;
  private final Presigner presigner;
  private final URI publicEndpoint;
  private final String region;
  private final Cache<AccountId, Long> used =
      Caffeine.newBuilder().maximumSize(MAX_COUNTED).expireAfterWrite(RECOUNT).build();

  SharedBucketStorageBackend(
      ObjectStore shared, Presigner presigner, URI publicEndpoint, String region) {
    this.shared = shared;
    this.presigner = presigner;
    this.publicEndpoint = publicEndpoint;
    this.region = region;
  }

  @Override
  public void provision(AccountId owner) {
    shared.listBuckets();
  }

  @Override
  public OwnerStore open(AccountId owner) {
    TenantObjectStore tenant = tenant(owner);
    return new OwnerStore(tenant, new PresignedUrls(presigner, tenant::nameInStore));
  }

  @Override
  public ObjectStore cleaner(AccountId owner) {
    return tenant(owner);
  }

  @Override
  public long usedBytes(AccountId owner) {
    return used.get(owner, this::count);
  }

  @Override
  public void changed(AccountId owner, long deltaBytes) {
    // A replaced object is carried forward twice until the next count: too much, never too little.
    used.asMap().computeIfPresent(owner, (key, bytes) -> Math.max(0, bytes + deltaBytes));
  }

  @Override
  public boolean supportsCredentials() {
    return false;
  }

  @Override
  public URI publicEndpoint() {
    return publicEndpoint;
  }

  @Override
  public String region() {
    return region;
  }

  @Override
  public void close() {
    if (shared instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        throw new IllegalStateException("the object store's client did not close", e);
      }
    }
  }

  private TenantObjectStore tenant(AccountId owner) {
    return new TenantObjectStore(shared, hash(owner) + '-');
  }

  private long count(AccountId owner) {
    TenantObjectStore tenant = tenant(owner);
    long bytes = 0;
    for (String bucket : tenant.listBuckets()) {
      Optional<String> token = Optional.empty();
      do {
        ObjectPage page = tenant.list(bucket, "", token, ObjectStore.MAX_BATCH);
        bytes += page.objects().stream().mapToLong(ObjectInfo::size).sum();
        token = page.nextPageToken();
      } while (token.isPresent());
    }
    return bytes;
  }

  private static String hash(AccountId owner) {
    return HexFormat.of().formatHex(Sha256.of(owner.value()), 0, HASH_BYTES);
  }
}
