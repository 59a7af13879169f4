package dev.cloudlet.standalone.faults;

import dev.cloudlet.api.storage.v1.CompleteUploadRequest;
import dev.cloudlet.api.storage.v1.CreateBucketRequest;
import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.EnableStorageRequest;
import dev.cloudlet.api.storage.v1.StorageServiceGrpc;
import dev.cloudlet.api.storage.v1.UploadTicket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Steps of a customer who has storage. */
final class Keeper {
  static final String TYPE = "text/plain";

  private static final Set<String> OWN_HEADERS = Set.of("host", "content-length");
  private static final HttpClient STORE = HttpClient.newHttpClient();

  private Keeper() {}

  /** Somebody new with coins and a gigabyte. */
  static Actor register(Replica server) {
    Actor actor = Actor.register(server).withCoins(100);
    actor.ask(
        StorageServiceGrpc.getEnableStorageMethod(),
        EnableStorageRequest.newBuilder().setSizeGb(1).build());
    return actor;
  }

  static void bucket(Actor actor, String bucket) {
    actor.ask(
        StorageServiceGrpc.getCreateBucketMethod(),
        CreateBucketRequest.newBuilder().setBucket(bucket).build());
  }

  static CreateUploadRequest upload(String bucket, String key) {
    return CreateUploadRequest.newBuilder()
        .setBucket(bucket)
        .setKey(key)
        .setSizeBytes(4)
        .setContentType(TYPE)
        .build();
  }

  /** A ticket whose four bytes are in the store. */
  static UploadTicket sent(Actor actor, String bucket, String key) {
    UploadTicket ticket =
        actor.ask(StorageServiceGrpc.getCreateUploadMethod(), upload(bucket, key)).getTicket();
    put(ticket.getUrl(), ticket.getHeadersMap(), "four");
    return ticket;
  }

  /** A complete object of four bytes. */
  static void object(Actor actor, String bucket, String key) {
    actor.ask(
        StorageServiceGrpc.getCompleteUploadMethod(),
        CompleteUploadRequest.newBuilder()
            .setUploadId(sent(actor, bucket, key).getUploadId())
            .build());
  }

  /** Sends a body as a ticket says. */
  static void put(String url, Map<String, String> headers, String body) {
    HttpRequest.Builder put =
        HttpRequest.newBuilder(URI.create(url)).PUT(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(
        (name, value) -> {
          if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            put.header(name, value);
          }
        });
    try {
      int status = STORE.send(put.build(), BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new AssertionError("PUT " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
