package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.S3Options;
import java.net.URI;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Which kind of object store holds the customers' objects. */
public sealed interface StoragePlace {
  /** Where clients and browsers reach the store; asked late, because an embedded one may start after the server. */
  Supplier<URI> clients();

  /**
   * A store that asks {@link StorageModule#findKey} for identities and gives each account a
   * directory of its own: customers get key pairs, and bucket names are free.
   *
   * @param endpoint where the server reaches it; asked late, because the store may start after
   * @param publicEndpoint where clients reach it
   * @param region that signatures name
   * @param usedBytes bytes in a directory
   */
  record OwnIdentities(
      Supplier<URI> endpoint,
      Supplier<URI> publicEndpoint,
      String region,
      ToLongFunction<String> usedBytes)
      implements StoragePlace {
    @Override
    public Supplier<URI> clients() {
      return publicEndpoint;
    }
  }

  /**
   * Any S3 with one key of the platform: tenants are kept apart by bucket names that begin with a
   * hash of the account, and never see a key.
   *
   * @param options how the server reaches it
   * @param publicEndpoint where clients reach it
   */
  record PlatformKey(S3Options options, URI publicEndpoint) implements StoragePlace {
    @Override
    public Supplier<URI> clients() {
      return () -> publicEndpoint;
    }
  }
}
