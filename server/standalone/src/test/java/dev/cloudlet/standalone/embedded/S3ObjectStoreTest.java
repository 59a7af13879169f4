package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.blob.ObjectStore;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.blob.PresignedPut;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.blob.ResponseOverrides;
import dev.cloudlet.kernel.blob.S3ObjectStore;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.testkit.EveryS3;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.blob.ObjectStoreContract;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client of S3 on the embedded server and on the given one. */
@EveryS3
class S3ObjectStoreTest extends ObjectStoreContract {
  @TempDir static Path folder;
  private static Optional<EmbeddedS3Fixture> embedded = Optional.empty();

  private final S3Options options;
  private final S3ObjectStore store;

  S3ObjectStoreTest(TestPart part) {
    options =
        switch (part) {
          case EMBEDDED -> ofEmbedded();
          case REAL ->
              S3Options.of(
                  URI.create(TestPart.required(TestPart.S3_ENDPOINT)),
                  "us-east-1",
                  TestPart.required(TestPart.S3_ACCESS_KEY),
                  Secret.of(TestPart.required(TestPart.S3_SECRET_KEY)));
        };
    store = new S3ObjectStore(options);
  }

  private static S3Options ofEmbedded() {
    if (embedded.isEmpty()) {
      embedded = Optional.of(new EmbeddedS3Fixture(folder.resolve("s3")));
    }
    return S3Options.of(
        embedded.get().server.endpoint(), "us-east-1", "key-alice", Secret.of("secret-of-alice"));
  }

  @AfterAll
  static void stopServer() {
    embedded.ifPresent(EmbeddedS3Fixture::close);
    embedded = Optional.empty();
  }

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected void release() {
    store.close();
  }

  private Presigner presigner() {
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
        HttpRequest.newBuilder(put.url().toUri()).header("Content-Type", "text/plain");

    assertThat(send(upload.copy().PUT(HttpRequest.BodyPublishers.ofString("longer"))).statusCode())
        .isEqualTo(403);
    assertThat(
            send(HttpRequest.newBuilder(put.url().toUri())
                    .header("Content-Type", "text/html")
                    .PUT(HttpRequest.BodyPublishers.ofString("12345")))
                .statusCode())
        .isEqualTo(403);
    assertThat(send(upload.copy().PUT(HttpRequest.BodyPublishers.ofString("12345"))).statusCode())
        .isEqualTo(200);
    assertThat(store().head("presigned", key).contentType()).contains("text/plain");

    SignedUrl get =
        presigner()
            .get("presigned", key, Duration.ofMinutes(5), ResponseOverrides.attachment("ü.txt"));
    HttpResponse<String> answer = send(HttpRequest.newBuilder(get.toUri()));
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
            options.endpoint(), "us-east-1", options.accessKey(), Secret.of("wrong-secret-key"));
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
