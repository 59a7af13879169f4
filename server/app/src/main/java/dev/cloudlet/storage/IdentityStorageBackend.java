package dev.cloudlet.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.blob.S3ObjectStore;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A store with one identity per account: the platform works on each account's directory with the
 * account's internal pair, and cleans up with another one. Keeps the clients of the accounts used
 * last.
 */
final class IdentityStorageBackend implements StorageBackend {
  private static final int MAX_CLIENTS = 256;
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final StoragePlace.OwnIdentities place;
  private final StorageKeys keys;
  private final IdSource ids;
  private final InstantSource clock;
  private final Cache<Purpose, Client> clients;

  IdentityStorageBackend(
      StoragePlace.OwnIdentities place, StorageKeys keys, IdSource ids, InstantSource clock) {
    this.place = place;
    this.keys = keys;
    this.ids = ids;
    this.clock = clock;
    this.clients =
        Caffeine.newBuilder()
            .maximumSize(MAX_CLIENTS)
            .expireAfterAccess(IDLE)
            .removalListener(IdentityStorageBackend::closeClient)
            .build();
  }

  private record Purpose(AccountId owner, boolean cleaning) {}

  private record Client(S3ObjectStore objects, OwnerStore store) {}

  // A call that still runs on an evicted client fails as unavailable and is repeated by its caller.
  private static void closeClient(
      @Nullable Purpose purpose, @Nullable Client client, RemovalCause cause) {
    if (client != null) {
      client.objects().close();
    }
  }

  @Override
  public void provision(AccountId owner) {
    open(owner).objects().listBuckets();
  }

  @Override
  public OwnerStore open(AccountId owner) {
    return clients.get(new Purpose(owner, false), this::connect).store();
  }

  @Override
  public ObjectStore cleaner(AccountId owner) {
    return clients.get(new Purpose(owner, true), this::connect).objects();
  }

  private Client connect(Purpose purpose) {
    AccountId owner = purpose.owner();
    StorageKeys.KeyPair pair =
        purpose.cleaning() ? keys.cleaner(owner, ids) : keys.internal(owner, ids);
    String accessKeyId = pair.key().id();
    S3ObjectStore objects =
        new S3ObjectStore(
            S3Options.of(place.endpoint().get(), place.region(), accessKeyId, pair.secret()));
    Presigner presigner =
        new Presigner(
            place.publicEndpoint().get(), place.region(), accessKeyId, pair.secret(), clock);
    return new Client(objects, new OwnerStore(objects, new PresignedUrls(presigner, name -> name)));
  }

  @Override
  public long usedBytes(AccountId owner) {
    return place.usedBytes().applyAsLong(owner.value());
  }

  @Override
  public void changed(AccountId owner, long deltaBytes) {
    // The store itself counts with every write.
  }

  @Override
  public boolean supportsCredentials() {
    return true;
  }

  @Override
  public URI publicEndpoint() {
    return place.publicEndpoint().get();
  }

  @Override
  public String region() {
    return place.region();
  }

  @Override
  public void close() {
    clients.invalidateAll();
    clients.cleanUp();
  }
}
