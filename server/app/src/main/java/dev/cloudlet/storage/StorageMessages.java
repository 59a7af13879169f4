package dev.cloudlet.storage;

import dev.cloudlet.api.storage.v1.Bucket;
import dev.cloudlet.api.storage.v1.Credential;
import dev.cloudlet.api.storage.v1.Storage;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.storage.v1.UploadTicket;
import dev.cloudlet.kernel.rpc.Timestamps;

/** Storage in the messages of the contract. */
final class StorageMessages {
  private StorageMessages() {}

  static Storage storage(StorageAccount account, StorageBackend backend) {
    return Storage.newBuilder()
        .setId(account.storageId().value())
        .setEndpoint(backend.publicEndpoint().toString())
        .setRegion(backend.region())
        .setQuotaBytes(account.quotaBytes())
        .setUsedBytes(backend.usedBytes(account.id()))
        .setExpireTime(Timestamps.of(account.periodEnd()))
        .setCreateTime(Timestamps.of(account.createTime()))
        .build();
  }

  static Credential credential(S3Key key) {
    return Credential.newBuilder()
        .setAccessKeyId(key.id())
        .setLabel(key.label())
        .setCreateTime(Timestamps.of(key.createTime()))
        .build();
  }

  /** With the secret: for the one answer that shows it. */
  static Credential credential(StorageKeys.KeyPair pair) {
    return credential(pair.key()).toBuilder().setSecretAccessKey(pair.secret().reveal()).build();
  }

  static Bucket bucket(Buckets.Bucket bucket) {
    Bucket.Builder message = Bucket.newBuilder().setName(bucket.name());
    bucket.createTime().ifPresent(time -> message.setCreateTime(Timestamps.of(time)));
    return message.build();
  }

  static StoredObject object(StorageApi.ObjectFacts facts) {
    return StoredObject.newBuilder()
        .setBucket(facts.bucket())
        .setKey(facts.key())
        .setSizeBytes(facts.sizeBytes())
        .setContentType(facts.contentType())
        .setEtag(facts.etag())
        .setUpdateTime(Timestamps.of(facts.updateTime()))
        .build();
  }

  /** A ticket, also for other capabilities that hand one out. */
  static UploadTicket ticket(StorageApi.Upload upload) {
    return UploadTicket.newBuilder()
        .setUploadId(upload.uploadId().value())
        .setMethod("PUT")
        .setUrl(upload.url().text())
        .putAllHeaders(upload.headers())
        .setBucket(upload.bucket())
        .setKey(upload.key())
        .setExpireTime(Timestamps.of(upload.expireTime()))
        .build();
  }
}
