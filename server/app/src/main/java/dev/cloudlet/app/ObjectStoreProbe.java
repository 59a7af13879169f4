package dev.cloudlet.app;

import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.storage.StoragePlace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Whether the object store answers. It is asked without a key, so a healthy one refuses; that it
 * speaks HTTP without a fault of its own is what counts.
 */
final class ObjectStoreProbe implements Runnable, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Supplier<URI> endpoint;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  ObjectStoreProbe(Supplier<URI> endpoint) {
    this.endpoint = endpoint;
  }

  static ObjectStoreProbe of(StoragePlace place) {
    return new ObjectStoreProbe(
        switch (place) {
          case StoragePlace.OwnIdentities own -> own.endpoint();
          case StoragePlace.PlatformKey key -> () -> key.options().endpoint();
        });
  }

  @Override
  public void run() {
    int status;
    try {
      status =
          http.send(
                  HttpRequest.newBuilder(endpoint.get().resolve("/"))
                      .timeout(PATIENCE)
                      .method("HEAD", HttpRequest.BodyPublishers.noBody())
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode();
    } catch (IOException e) {
      throw new UnavailableException("The object store does not answer.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("The object store was not waited for.", e);
    }
    if (status >= 500) {
      throw new UnavailableException("The object store answers with status " + status + ".", null);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
