package dev.cloudlet.testkit.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.blob.PresignedPut;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.blob.ResponseOverrides;
import dev.cloudlet.kernel.blob.S3ObjectStore;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The contract against a real S3, given by CLOUDLET_TEST_S3_ENDPOINT, _ACCESS_KEY and _SECRET_KEY.
 */
class S3ObjectStoreIT extends ObjectStoreContract {
  private Optional<S3ObjectStore> store = Optional.empty();

  /** Reported per test, so that a missing S3 shows as tests that did not run. */
  private static S3Options options() {
    return S3Options.of(
        URI.create(given("ENDPOINT")),
        "us-east-1",
        given("ACCESS_KEY"),
        Secret.of(given("SECRET_KEY")));
  }

  private static String given(String name) {
    return Optional.ofNullable(System.getenv("CLOUDLET_TEST_S3_" + name))
        .orElseGet(() -> abort("NOT RUN: no S3 given, set CLOUDLET_TEST_S3_" + name));
  }

  @Override
  protected ObjectStore store() {
    if (store.isEmpty()) {
      store = Optional.of(new S3ObjectStore(options()));
    }
    return store.get();
  }

  @Override
  protected void release() {
    store.ifPresent(S3ObjectStore::close);
  }

  private Presigner presigner() {
    S3Options options = options();
    return new Presigner(
        options.endpoint(),
        options.region(),
        options.accessKey(),
        options.secretKey(),
        InstantSource.system());
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void presignedUrlsStoreAndReadWhatWasSignedAndNothingElse() throws Exception {
    store().createBucket("presigned");
    String key = "odd & key/ü +%.txt";
    PresignedPut put = presigner().put("presigned", key, Duration.ofMinutes(5), 5, "text/plain");
    HttpRequest.Builder upload =
        HttpRequest.newBuilder(put.url()).header("Content-Type", "text/plain");

    assertThat(send(upload.copy().PUT(HttpRequest.BodyPublishers.ofString("longer"))).statusCode())
        .isEqualTo(403);
    assertThat(
            send(HttpRequest.newBuilder(put.url())
                    .header("Content-Type", "text/html")
                    .PUT(HttpRequest.BodyPublishers.ofString("12345")))
                .statusCode())
        .isEqualTo(403);
    assertThat(send(upload.copy().PUT(HttpRequest.BodyPublishers.ofString("12345"))).statusCode())
        .isEqualTo(200);
    assertThat(store().head("presigned", key).contentType()).contains("text/plain");

    URI get =
        presigner()
            .get("presigned", key, Duration.ofMinutes(5), ResponseOverrides.attachment("ü.txt"));
    HttpResponse<String> answer = send(HttpRequest.newBuilder(get));
    assertThat(answer.body()).isEqualTo("12345");
    assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment; filename=\"_.txt\"");
    store().deletePrefix("presigned", "");
    store().deleteBucket("presigned");
  }

  @Test
  void aWrongSecretIsRefused() {
    S3Options wrong =
        S3Options.of(
            options().endpoint(),
            "us-east-1",
            options().accessKey(),
            Secret.of("wrong-secret-key"));
    try (S3ObjectStore stranger = new S3ObjectStore(wrong)) {
      assertThatThrownBy(stranger::listBuckets).isInstanceOf(ObjectStoreException.Refused.class);
    }
  }

  @Test
  void aStoreThatDoesNotAnswerIsUnavailable() {
    S3Options nobody =
        S3Options.of(URI.create("http://127.0.0.1:1"), "us-east-1", "key", Secret.of("secret-key"));
    try (S3ObjectStore gone = new S3ObjectStore(nobody)) {
      assertThatThrownBy(gone::listBuckets).isInstanceOf(ObjectStoreException.Unavailable.class);
    }
  }
}
