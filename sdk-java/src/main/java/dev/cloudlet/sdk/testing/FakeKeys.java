package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.storage.v1.CreateCredentialRequest;
import dev.cloudlet.api.storage.v1.CreateCredentialResponse;
import dev.cloudlet.api.storage.v1.Credential;
import dev.cloudlet.api.storage.v1.ListCredentialsRequest;
import dev.cloudlet.api.storage.v1.ListCredentialsResponse;
import dev.cloudlet.api.storage.v1.RevokeCredentialRequest;
import dev.cloudlet.api.storage.v1.RevokeCredentialResponse;
import java.util.Locale;

/** Key pairs for S3 clients, which the fake's store does not ask for. */
final class FakeKeys {
  private static final int MAX_PAIRS = 10;

  private final FakeWorld world;

  FakeKeys(FakeWorld world) {
    this.world = world;
  }

  /** The pair that comes with new storage. */
  Credential first(FakeAccount account) {
    return pair(account, "first");
  }

  CreateCredentialResponse create(FakeAccount account, CreateCredentialRequest q) {
    return CreateCredentialResponse.newBuilder().setCredential(pair(account, q.getLabel())).build();
  }

  private Credential pair(FakeAccount account, String label) {
    if (account.credentials.size() >= MAX_PAIRS) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
          "Your storage has " + MAX_PAIRS + " key pairs. Revoke one first.");
    }
    Credential pair =
        Credential.newBuilder()
            .setAccessKeyId(world.newId("clk").replace("_", "").toUpperCase(Locale.ROOT))
            .setSecretAccessKey(world.newId("secret"))
            .setLabel(label)
            .setCreateTime(world.now())
            .build();
    account.credentials.put(pair.getAccessKeyId(), pair);
    return pair;
  }

  ListCredentialsResponse list(FakeAccount account, ListCredentialsRequest q) {
    return FakeWorld.page(
        account.credentials.values().stream()
            .map(pair -> pair.toBuilder().clearSecretAccessKey().build())
            .toList(),
        q.getPageSize(),
        q.getPageToken(),
        (items, next) ->
            ListCredentialsResponse.newBuilder()
                .addAllCredentials(items)
                .setNextPageToken(next)
                .build());
  }

  RevokeCredentialResponse revoke(FakeAccount account, RevokeCredentialRequest q) {
    account.credentials.remove(q.getAccessKeyId());
    return RevokeCredentialResponse.getDefaultInstance();
  }
}
