package dev.cloudlet.standalone.embedded;

import dev.cloudlet.kernel.config.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Identities that a test adds and revokes while the server runs. */
final class S3Tenants implements S3Identities {
  private final Map<String, S3Identity> byKey = new ConcurrentHashMap<>();

  @Override
  public Optional<S3Identity> find(String accessKeyId) {
    return Optional.ofNullable(byKey.get(accessKeyId));
  }

  void put(String name, long quotaBytes, boolean writable) {
    byKey.put(
        "key-" + name,
        new S3Identity(
            "key-" + name, Secret.of("secret-of-" + name), "acct_" + name, quotaBytes, writable));
  }

  void revoke(String name) {
    byKey.remove("key-" + name);
  }
}
