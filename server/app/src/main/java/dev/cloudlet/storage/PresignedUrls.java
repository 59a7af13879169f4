package dev.cloudlet.storage;

import dev.cloudlet.kernel.blob.PresignedPut;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.blob.ResponseOverrides;
import dev.cloudlet.kernel.blob.SignedUrl;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Signs for buckets whose names in the store may differ from the customer's. */
record PresignedUrls(Presigner presigner, UnaryOperator<String> nameInStore)
    implements StorageBackend.UrlSigner {
  @Override
  public SignedUrl get(String bucket, String key, Duration expiry, ResponseOverrides overrides) {
    return presigner.get(nameInStore.apply(bucket), key, expiry, overrides);
  }

  @Override
  public PresignedPut put(
      String bucket, String key, Duration expiry, long length, String contentType) {
    return presigner.put(nameInStore.apply(bucket), key, expiry, length, contentType);
  }

  @Override
  public PresignedPut putOfAnySize(String bucket, String key, Duration expiry) {
    return presigner.putOfAnySize(nameInStore.apply(bucket), key, expiry);
  }
}
