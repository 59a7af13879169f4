package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.minio.Http;
import io.minio.StatObjectResponse;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedS3Test {
  private static final AtomicInteger TENANTS = new AtomicInteger();

  @TempDir static Path folder;
  private static EmbeddedS3Fixture s3;

  private String aliceName;
  private String bobName;
  private S3Probe alice;

  @BeforeAll
  static void startServer() {
    s3 = new EmbeddedS3Fixture(folder.resolve("s3"));
  }

  @AfterAll
  static void stopServer() {
    s3.close();
  }

  @BeforeEach
  void newTenants() throws Exception {
    int number = TENANTS.incrementAndGet();
    aliceName = "alice" + number;
    bobName = "bob" + number;
    s3.tenants.put(aliceName, EmbeddedS3Fixture.PLENTY, true);
    s3.tenants.put(bobName, EmbeddedS3Fixture.PLENTY, true);
    alice = s3.as(aliceName);
    alice.makeBucket("media");
  }

  @Test
  void keepsContentTypeAndMetadataOverARestart() throws Exception {
    Path own = folder.resolve("restarted");
    try (EmbeddedS3Fixture first = new EmbeddedS3Fixture(own)) {
      S3Probe probe = first.as("alice");
      probe.makeBucket("media");
      probe.put("media", "a b/ü.txt", bytes("hello"), "text/x-test", Map.of("colour", "blue"));
    }

    try (EmbeddedS3Fixture second = new EmbeddedS3Fixture(own)) {
      StatObjectResponse stat = second.as("alice").stat("media", "a b/ü.txt");
      assertThat(second.as("alice").get("media", "a b/ü.txt")).isEqualTo(bytes("hello"));
      assertThat(stat.contentType()).isEqualTo("text/x-test");
      assertThat(stat.userMetadata().getFirst("colour")).isEqualTo("blue");
      assertThat(second.used("alice")).isEqualTo(5);
    }
  }

  @Test
  void presignedUrlsUploadAndDownloadWithRangeAndTheStoredType() throws Exception {
    URI put = alice.presign(Http.Method.PUT, "media", "clip.mp4", Map.of());
    assertThat(s3.send(put, "PUT", bytes("0123456789"), "Content-Type", "video/mp4").statusCode())
        .isEqualTo(200);

    URI get = alice.presign(Http.Method.GET, "media", "clip.mp4", Map.of());
    HttpResponse<String> part = s3.send(get, "GET", new byte[0], "Range", "bytes=2-4");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo("234");
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 2-4/10");
    assertThat(part.headers().firstValue("Content-Type")).contains("video/mp4");
  }

  @Test
  void aStreamOfUnknownLengthBecomesAMultipartUpload() throws Exception {
    byte[] content = new byte[12 << 20];
    new Random(1).nextBytes(content);

    alice.putInParts("media", "big", content, 5 << 20);

    assertThat(alice.get("media", "big")).isEqualTo(content);
    assertThat(s3.used(aliceName)).isEqualTo(content.length);
    assertThat(alice.list("media")).containsExactly("big");
  }

  @Test
  void theWrongSecretIsRefused() {
    S3Probe thief = new S3Probe(s3.server.endpoint(), "key-" + aliceName, "guessed");
    assertThat(S3Probe.code(catchThrowable(() -> thief.get("media", "x"))))
        .isEqualTo("SignatureDoesNotMatch");
  }

  @Test
  void aRevokedKeyStopsWorkingAtOnceAlsoInPresignedUrls() throws Exception {
    alice.put("media", "x", bytes("x"));
    URI get = alice.presign(Http.Method.GET, "media", "x", Map.of());
    assertThat(s3.send(get, "GET", new byte[0]).statusCode()).isEqualTo(200);

    s3.tenants.revoke(aliceName);

    assertThat(s3.send(get, "GET", new byte[0]).statusCode()).isEqualTo(403);
    assertThat(S3Probe.code(catchThrowable(() -> alice.get("media", "x"))))
        .isEqualTo("InvalidAccessKeyId");
  }

  @Test
  void anonymousRequestsAreRefused() throws Exception {
    alice.put("media", "x", bytes("x"));
    String account = "/acct_" + aliceName;
    for (String path : List.of("/media/x", account + "/media/x", account + "/media%2Fx")) {
      URI plain = s3.server.endpoint().resolve(path);
      assertThat(s3.send(plain, "GET", new byte[0]).statusCode()).isEqualTo(403);
      assertThat(s3.send(plain, "HEAD", new byte[0]).statusCode()).isIn(403, 404);
      assertThat(s3.send(plain, "PUT", bytes("y")).statusCode()).isIn(403, 404);
      assertThat(s3.send(plain, "DELETE", new byte[0]).statusCode()).isIn(403, 404);
    }
    for (String path : List.of("/", "/media", account, account + "?list-type=2")) {
      URI plain = s3.server.endpoint().resolve(path);
      assertThat(s3.send(plain, "GET", new byte[0]).statusCode()).isEqualTo(403);
      assertThat(s3.send(plain, "PUT", new byte[0]).statusCode()).isIn(403, 404);
    }
    assertThat(alice.get("media", "x")).isEqualTo(bytes("x"));
  }

  @Test
  void anotherTenantsBucketIsInvisibleAndItsNameIsFree() throws Exception {
    alice.put("media", "secret", bytes("x"));
    S3Probe bob = s3.as(bobName);

    assertThat(bob.hasBucket("media")).isFalse();
    assertThat(S3Probe.code(catchThrowable(() -> bob.get("media", "secret"))))
        .isIn("NoSuchBucket", "NoSuchKey");
    bob.makeBucket("media");
    assertThat(bob.list("media")).isEmpty();
    assertThat(S3Probe.code(catchThrowable(() -> bob.copy("media", "secret", "mine"))))
        .isIn("NoSuchBucket", "NoSuchKey");
  }

  @Test
  void aReadOnlyIdentityReadsAndCannotChangeAnything() throws Exception {
    alice.put("media", "x", bytes("x"));
    s3.tenants.put(aliceName, EmbeddedS3Fixture.PLENTY, false);

    assertThat(alice.get("media", "x")).isEqualTo(bytes("x"));
    assertThat(S3Probe.code(catchThrowable(() -> alice.put("media", "y", bytes("y")))))
        .isEqualTo("AccessDenied");
    assertThat(S3Probe.code(catchThrowable(() -> alice.remove("media", "x"))))
        .isEqualTo("AccessDenied");
    assertThat(S3Probe.code(catchThrowable(() -> alice.makeBucket("another"))))
        .isEqualTo("AccessDenied");
    assertThat(alice.list("media")).containsExactly("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/media/..%2f..%2facct_bob1%2fmedia%2fx",
        "/media/%2e%2e/%2e%2e/acct_bob1/x",
        "/media/..%2f..%2f..%2f..%2fescaped",
        "/..%2facct_bob1/x",
        "/media/a%00b",
        "/media/%2fetc%2fescaped"
      })
  void keysThatLeaveTheBucketAreRefusedEvenWhenSignedProperly(String path) throws Exception {
    s3.as(bobName).makeBucket("media");
    List<Path> before = files();
    URI url =
        S3RawSigner.presign(
            s3.server.endpoint(), "PUT", path, "key-" + aliceName, "secret-of-" + aliceName);

    int status = s3.send(url, "PUT", bytes("evil")).statusCode();

    assertThat(status).isIn(400, 403, 404);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void theSignatureOfTheTraversalTestIsAcceptedForAnHonestKey() throws Exception {
    URI url =
        S3RawSigner.presign(
            s3.server.endpoint(),
            "PUT",
            "/media/honest",
            "key-" + aliceName,
            "secret-of-" + aliceName);
    assertThat(s3.send(url, "PUT", bytes("x")).statusCode()).isEqualTo(200);
  }

  @Test
  void browsersOfAnAllowedOriginMayUploadReadRangesAndSeeTheETag() throws Exception {
    URI put = alice.presign(Http.Method.PUT, "media", "x", Map.of());
    HttpResponse<String> preflight =
        s3.send(
            put,
            "OPTIONS",
            new byte[0],
            "Origin",
            EmbeddedS3Fixture.ORIGIN,
            "Access-Control-Request-Method",
            "PUT",
            "Access-Control-Request-Headers",
            "content-type,range");
    assertThat(preflight.statusCode()).isEqualTo(200);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
        .contains(EmbeddedS3Fixture.ORIGIN);

    HttpResponse<String> stored =
        s3.send(put, "PUT", bytes("x"), "Origin", EmbeddedS3Fixture.ORIGIN);
    assertThat(stored.headers().firstValue("ETag")).isPresent();
    assertThat(stored.headers().firstValue("Access-Control-Expose-Headers"))
        .hasValueSatisfying(exposed -> assertThat(exposed).contains("ETag", "Content-Range"));
  }

  @Test
  void browsersOfAnotherOriginAreRefused() throws Exception {
    URI put = alice.presign(Http.Method.PUT, "media", "x", Map.of());
    HttpResponse<String> preflight =
        s3.send(
            put,
            "OPTIONS",
            new byte[0],
            "Origin",
            "https://app-example.com",
            "Access-Control-Request-Method",
            "PUT");
    assertThat(preflight.statusCode()).isEqualTo(403);
  }

  @Test
  void metadataThatWouldBeLostIsRefused() {
    Map<String, String> huge = Map.of("a", "x".repeat(3000));
    assertThat(
            S3Probe.code(
                catchThrowable(() -> alice.put("media", "x", bytes("x"), "text/plain", huge))))
        .isEqualTo("MetadataTooLarge");
  }

  @Test
  void aTakenPortIsRefused() {
    EmbeddedS3.Settings same =
        new EmbeddedS3.Settings(
            folder.resolve("two"), "127.0.0.1", s3.server.port(), Optional.empty(), List.of());
    assertThatThrownBy(() -> EmbeddedS3.start(same, s3.tenants, InstantSource.system()))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void theConfiguredPublicEndpointIsTheOneToPresignFor() {
    URI outside = URI.create("https://s3.example.com");
    try (EmbeddedS3 other =
        EmbeddedS3.start(
            new EmbeddedS3.Settings(
                folder.resolve("two"), "127.0.0.1", 0, Optional.of(outside), List.of()),
            s3.tenants,
            InstantSource.system())) {
      assertThat(other.endpoint()).isEqualTo(outside);
      assertThat(other.localEndpoint().getHost()).isEqualTo("127.0.0.1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "", ".hidden", "a\\b"})
  void anAccountFolderThatIsNoPlainNameIsRefused(String name) {
    assertThatThrownBy(() -> s3.server.usedBytes(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
