package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CompleteUploadResponse;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateBucketResponse;
import dev.cloudlet.api.storage.v1.CreateCredentialRequest;
import dev.cloudlet.api.storage.v1.CreateCredentialResponse;
import dev.cloudlet.api.storage.v1.CreateDownloadRequest;
import dev.cloudlet.api.storage.v1.CreateDownloadResponse;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.CreateUploadResponse;
import dev.cloudlet.api.storage.v1.DeleteBucketRequest;
import dev.cloudlet.api.storage.v1.DeleteBucketResponse;
import dev.cloudlet.api.storage.v1.DeleteObjectRequest;
import dev.cloudlet.api.storage.v1.DeleteObjectResponse;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.EnableStorageResponse;
import dev.cloudlet.api.storage.v1.ExtendStorageRequest;
import dev.cloudlet.api.storage.v1.ExtendStorageResponse;
import dev.cloudlet.api.storage.v1.GetStorageRequest;
import dev.cloudlet.api.storage.v1.GetStorageResponse;
import dev.cloudlet.api.storage.v1.ListBucketsRequest;
import dev.cloudlet.api.storage.v1.ListBucketsResponse;
import dev.cloudlet.api.storage.v1.ListCredentialsRequest;
import dev.cloudlet.api.storage.v1.ListCredentialsResponse;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.ListObjectsResponse;
import dev.cloudlet.api.storage.v1.RevokeCredentialRequest;
import dev.cloudlet.api.storage.v1.RevokeCredentialResponse;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectPage;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The endpoint of storage: reads the call, calls the rules, answers. */
final class StorageService extends StorageServiceGrpc.StorageServiceImplBase {
  private final CustomerStorage storage;
  private final StorageKeys keys;
  private final KeyDirectory directory;
  private final StorageConfig config;

  StorageService(
      CustomerStorage storage, StorageKeys keys, KeyDirectory directory, StorageConfig config) {
    this.storage = storage;
    this.keys = keys;
    this.directory = directory;
    this.config = config;
  }

  @Override
  public void enableStorage(
      EnableStorageRequest request, StreamObserver<EnableStorageResponse> observer) {
    AccountId owner = owner();
    IdSource ids = CallContext.current().ids();
    StorageAccount account = storage.purchases().enable(owner, request.getSizeGb(), ids);
    EnableStorageResponse.Builder answer =
        EnableStorageResponse.newBuilder()
            .setStorage(StorageMessages.storage(account, storage.backend()));
    if (storage.backend().supportsCredentials()) {
      answer.setCredential(StorageMessages.credential(keys.create(owner, "first", ids)));
    }
    Replies.send(observer, answer.build());
  }

  @Override
  public void getStorage(GetStorageRequest request, StreamObserver<GetStorageResponse> observer) {
    StorageAccount account = storage.accounts().requireEnabled(owner());
    Replies.send(
        observer,
        GetStorageResponse.newBuilder()
            .setStorage(StorageMessages.storage(account, storage.backend()))
            .build());
  }

  @Override
  public void extendStorage(
      ExtendStorageRequest request, StreamObserver<ExtendStorageResponse> observer) {
    StorageAccount account = storage.extensions().extend(owner(), CallContext.current().ids());
    Replies.send(
        observer,
        ExtendStorageResponse.newBuilder()
            .setStorage(StorageMessages.storage(account, storage.backend()))
            .build());
  }

  @Override
  public void createCredential(
      CreateCredentialRequest request, StreamObserver<CreateCredentialResponse> observer) {
    AccountId owner = owner();
    storage.accounts().requireActive(owner);
    requireCredentials();
    StorageKeys.KeyPair pair = keys.create(owner, request.getLabel(), CallContext.current().ids());
    directory.forget(pair.key().id());
    Replies.send(
        observer,
        CreateCredentialResponse.newBuilder()
            .setCredential(StorageMessages.credential(pair))
            .build());
  }

  @Override
  public void listCredentials(
      ListCredentialsRequest request, StreamObserver<ListCredentialsResponse> observer) {
    PageToken.Request page =
        PageToken.read("credentials", request.getPageSize(), request.getPageToken());
    AccountId owner = owner();
    storage.accounts().requireEnabled(owner);
    List<S3Key> found =
        keys.list(owner).stream()
            .filter(key -> page.after().isEmpty() || key.id().compareTo(page.after().get()) > 0)
            .limit(page.fetchSize())
            .toList();
    PageToken.Page<S3Key> answer = page.page(found, S3Key::id);
    Replies.send(
        observer,
        ListCredentialsResponse.newBuilder()
            .addAllCredentials(answer.items().stream().map(StorageMessages::credential).toList())
            .setNextPageToken(answer.nextPageToken())
            .build());
  }

  @Override
  public void revokeCredential(
      RevokeCredentialRequest request, StreamObserver<RevokeCredentialResponse> observer) {
    AccountId owner = owner();
    storage.accounts().requireEnabled(owner);
    keys.revoke(owner, request.getAccessKeyId());
    directory.forget(request.getAccessKeyId());
    Replies.send(observer, RevokeCredentialResponse.getDefaultInstance());
  }

  @Override
  public void createBucket(
      CreateBucketRequest request, StreamObserver<CreateBucketResponse> observer) {
    Buckets.Bucket bucket =
        storage.buckets().create(owner(), request.getBucket(), CallContext.current().ids());
    Replies.send(
        observer,
        CreateBucketResponse.newBuilder().setBucket(StorageMessages.bucket(bucket)).build());
  }

  @Override
  public void listBuckets(
      ListBucketsRequest request, StreamObserver<ListBucketsResponse> observer) {
    PageToken.Request page =
        PageToken.read("buckets", request.getPageSize(), request.getPageToken());
    PageToken.Page<Buckets.Bucket> answer =
        page.page(
            storage.buckets().list(owner(), page.after(), page.fetchSize()), Buckets.Bucket::name);
    Replies.send(
        observer,
        ListBucketsResponse.newBuilder()
            .addAllBuckets(answer.items().stream().map(StorageMessages::bucket).toList())
            .setNextPageToken(answer.nextPageToken())
            .build());
  }

  @Override
  public void deleteBucket(
      DeleteBucketRequest request, StreamObserver<DeleteBucketResponse> observer) {
    storage.buckets().delete(owner(), request.getBucket());
    Replies.send(observer, DeleteBucketResponse.getDefaultInstance());
  }

  @Override
  public void createUpload(
      CreateUploadRequest request, StreamObserver<CreateUploadResponse> observer) {
    IdSource ids = CallContext.current().ids();
    String key = request.getKey();
    if (key.isEmpty()) {
      String unique = ids.next("obj");
      key =
          "uploads/"
              + unique.substring(unique.indexOf('_') + 1)
              + '/'
              + ObjectKeys.sanitised(request.getFileName());
    }
    StorageApi.Upload upload =
        storage
            .uploads()
            .create(
                owner(),
                new Uploads.Wish(
                    request.getBucket(),
                    key,
                    request.getUnsignedSize() ? StorageApi.ANY_SIZE : request.getSizeBytes(),
                    request.getSizeBytes(),
                    request.getContentType()),
                ids);
    Replies.send(
        observer,
        CreateUploadResponse.newBuilder().setTicket(StorageMessages.ticket(upload)).build());
  }

  @Override
  public void completeUpload(
      CompleteUploadRequest request, StreamObserver<CompleteUploadResponse> observer) {
    StorageApi.ObjectFacts facts =
        storage.completeUpload(owner(), new UploadId(request.getUploadId()));
    Replies.send(
        observer,
        CompleteUploadResponse.newBuilder().setObject(StorageMessages.object(facts)).build());
  }

  @Override
  public void createDownload(
      CreateDownloadRequest request, StreamObserver<CreateDownloadResponse> observer) {
    AccountId owner = owner();
    Optional<StorageApi.ObjectFacts> facts =
        storage.head(owner, request.getBucket(), request.getKey());
    if (facts.isEmpty()) {
      if (!request.getAllowMissing()) {
        throw PlatformException.notFound("object", request.getKey());
      }
      ObjectKeys.requireValid("key", request.getKey());
      BucketNames.requireNew(request.getBucket());
    }
    StoredObjects.Link link =
        storage
            .objects()
            .download(owner, request.getBucket(), request.getKey(), config.downloadTtl());
    CreateDownloadResponse.Builder answer =
        CreateDownloadResponse.newBuilder()
            .setUrl(link.url().text())
            .setExpireTime(Timestamps.of(link.expireTime()));
    facts.map(StorageMessages::object).ifPresent(answer::setObject);
    Replies.send(observer, answer.build());
  }

  @Override
  public void listObjects(
      ListObjectsRequest request, StreamObserver<ListObjectsResponse> observer) {
    AccountId owner = owner();
    // Short, because the store's own token inside already holds the last key.
    String list =
        "objects:"
            + Integer.toHexString((request.getBucket() + '/' + request.getPrefix()).hashCode());
    PageToken.Request page = PageToken.read(list, request.getPageSize(), request.getPageToken());
    ObjectPage found = objects(owner, request, page);
    List<ObjectInfo> withNext = new ArrayList<>(found.objects());
    // One more item than the page holds tells the page that there is a next one.
    found.nextPageToken().ifPresent(next -> withNext.add(withNext.getLast()));
    PageToken.Page<ObjectInfo> answer =
        page.page(withNext, last -> found.nextPageToken().orElseThrow());
    Replies.send(
        observer,
        ListObjectsResponse.newBuilder()
            .addAllObjects(
                answer.items().stream()
                    .map(info -> StoredObjects.facts(request.getBucket(), info))
                    .map(StorageMessages::object)
                    .toList())
            .setNextPageToken(answer.nextPageToken())
            .build());
  }

  private ObjectPage objects(AccountId owner, ListObjectsRequest request, PageToken.Request page) {
    storage.accounts().requireReadable(owner);
    storage.buckets().require(owner, request.getBucket());
    try {
      return storage
          .objects()
          .list(owner, request.getBucket(), request.getPrefix(), page.after(), page.size());
    } catch (IllegalArgumentException impossible) {
      if (page.after().isPresent()) {
        throw new PlatformException(
            ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN,
            "The page_token is not one that this list gave. Begin again without it.",
            impossible);
      }
      throw PlatformException.invalidField(
          "prefix", "object_key", "No key can begin with this prefix.");
    }
  }

  @Override
  public void deleteObject(
      DeleteObjectRequest request, StreamObserver<DeleteObjectResponse> observer) {
    storage.objects().delete(owner(), request.getBucket(), request.getKey());
    Replies.send(observer, DeleteObjectResponse.getDefaultInstance());
  }

  private void requireCredentials() {
    if (!storage.backend().supportsCredentials()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_CREDENTIALS_NOT_SUPPORTED,
          "This installation's object store cannot make keys for single customers."
              + " Use upload tickets and download links.");
    }
  }

  private static AccountId owner() {
    return CallContext.current().account().accountId();
  }
}
