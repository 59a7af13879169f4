package dev.cloudlet.edge;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.ListJobsRequest;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.ListOrdersRequest;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateCredentialRequest;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.ListBucketsRequest;
import dev.cloudlet.api.storage.v1.ListCredentialsRequest;
import dev.cloudlet.api.storage.v1.ListObjectsRequest;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.video.v1.CreateVideoRequest;
import dev.cloudlet.api.video.v1.ListVideosRequest;
import dev.cloudlet.api.video.v1.VideoServiceGrpc;
import dev.cloudlet.api.wallet.v1.ListEntriesRequest;
import dev.cloudlet.api.wallet.v1.ListHoldsRequest;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.video.VideoModule;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.TransferId;
import io.grpc.MethodDescriptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** Every list of a customer's things, and how a customer comes to have some. */
enum Listing {
  ENTRIES(WalletServiceGrpc.getListEntriesMethod(), ListEntriesRequest.getDefaultInstance(), "id") {
    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      credit(platform, owner, "entry-" + number, 100);
    }
  },
  HOLDS(WalletServiceGrpc.getListHoldsMethod(), ListHoldsRequest.getDefaultInstance(), "id") {
    @Override
    void begin(EdgePlatform platform, Caller owner) {
      credit(platform, owner, "for-holds", 100_000);
    }

    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      platform
          .wallet()
          .hold(
              owner.id(),
              new HoldId("hld_" + number + owner.id().value()),
              100,
              "job_" + number,
              "test");
    }
  },
  ORDERS(PaymentServiceGrpc.getListOrdersMethod(), ListOrdersRequest.getDefaultInstance(), "id") {
    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      owner.ask(
          PaymentServiceGrpc.getCreateOrderMethod(),
          CreateOrderRequest.newBuilder().setAmount(Coins.newBuilder().setMinor(10_000)).build());
    }
  },
  CREDENTIALS(
      StorageServiceGrpc.getListCredentialsMethod(),
      ListCredentialsRequest.getDefaultInstance(),
      "access_key_id") {
    @Override
    void begin(EdgePlatform platform, Caller owner) {
      enableStorage(platform, owner);
    }

    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      // Enabling gave the first one.
      if (number > 0) {
        owner.ask(
            StorageServiceGrpc.getCreateCredentialMethod(),
            CreateCredentialRequest.newBuilder().setLabel("key " + number).build());
      }
    }
  },
  BUCKETS(
      StorageServiceGrpc.getListBucketsMethod(), ListBucketsRequest.getDefaultInstance(), "name") {
    @Override
    void begin(EdgePlatform platform, Caller owner) {
      enableStorage(platform, owner);
    }

    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      bucket(owner, "bucket-" + number);
    }
  },
  OBJECTS(
      StorageServiceGrpc.getListObjectsMethod(),
      ListObjectsRequest.newBuilder().setBucket("things").build(),
      "key") {
    @Override
    void begin(EdgePlatform platform, Caller owner) {
      enableStorage(platform, owner);
      bucket(owner, "things");
    }

    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      byte[] bytes = {1};
      platform.objects(owner.id()).put("things", "a/é " + number, bytes, "text/plain");
    }
  },
  VIDEOS(VideoServiceGrpc.getListVideosMethod(), ListVideosRequest.getDefaultInstance(), "id") {
    @Override
    void begin(EdgePlatform platform, Caller owner) {
      enableStorage(platform, owner);
    }

    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      owner.ask(
          VideoServiceGrpc.getCreateVideoMethod(),
          CreateVideoRequest.newBuilder()
              .setFileName(number + ".mp4")
              .setSizeBytes(100)
              .setContentType("video/mp4")
              .build());
    }
  },
  JOBS(JobServiceGrpc.getListJobsMethod(), ListJobsRequest.getDefaultInstance(), "id") {
    @Override
    void plant(EdgePlatform platform, Caller owner, int number) {
      platform
          .jobs()
          .submit(
              new JobsApi.NewJob(
                  new JobId("job_" + owner.id().value().substring(4) + number),
                  owner.id(),
                  VideoModule.JOB_KIND,
                  "vid_none",
                  "nothing".getBytes(StandardCharsets.UTF_8),
                  Optional.empty(),
                  0,
                  1,
                  Duration.ofHours(1)));
    }
  };

  private final MethodDescriptor<Message, Message> method;
  private final Message request;
  private final String key;

  @SuppressWarnings("unchecked")
  Listing(MethodDescriptor<?, ?> method, Message request, String key) {
    this.method = (MethodDescriptor<Message, Message>) method;
    this.request = request;
    this.key = key;
  }

  /** A page: the keys of its items and the token of the next one. */
  record Page(List<String> keys, String next) {}

  /** The full name of its rpc. */
  String rpc() {
    return method.getFullMethodName();
  }

  /** What an owner needs before the first thing. */
  void begin(EdgePlatform platform, Caller owner) {}

  /** One more thing. */
  abstract void plant(EdgePlatform platform, Caller owner, int number);

  /** Gives the owner so many things and waits until the list shows them. */
  final void plantAll(EdgePlatform platform, Caller owner, int count) {
    begin(platform, owner);
    for (int number = 0; number < count; number++) {
      plant(platform, owner, number);
    }
    Awaitility.await(name())
        .atMost(Duration.ofSeconds(10))
        .until(() -> read(owner, 100, "").keys().size() == count);
  }

  final Page read(Caller owner, int size, String token) {
    Message page = call(owner, size, token).done();
    FieldDescriptor items =
        page.getDescriptorForType().getFields().stream()
            .filter(FieldDescriptor::isRepeated)
            .findFirst()
            .orElseThrow();
    List<String> keys =
        ((List<?>) page.getField(items))
            .stream()
                .map(Message.class::cast)
                .map(each -> each.getField(field(each, key)).toString())
                .toList();
    return new Page(keys, page.getField(field(page, "next_page_token")).toString());
  }

  final Answer<Message> call(Caller owner, int size, String token) {
    return owner.call(
        method,
        request.toBuilder()
            .setField(field(request, "page_size"), size)
            .setField(field(request, "page_token"), token)
            .build());
  }

  private static FieldDescriptor field(Message message, String name) {
    return message.getDescriptorForType().findFieldByName(name);
  }

  static void credit(EdgePlatform platform, Caller owner, String cause, long minor) {
    platform.wallet().credit(owner.id(), new TransferId(cause + owner.id()), minor, cause, "test");
  }

  static void enableStorage(EdgePlatform platform, Caller owner) {
    credit(platform, owner, "for-storage", 100_000);
    owner.ask(
        StorageServiceGrpc.getEnableStorageMethod(),
        EnableStorageRequest.newBuilder().setSizeGb(1).build());
  }

  static void bucket(Caller owner, String name) {
    owner.ask(
        StorageServiceGrpc.getCreateBucketMethod(),
        CreateBucketRequest.newBuilder().setBucket(name).build());
  }
}
