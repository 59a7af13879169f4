package dev.cloudlet.kernel.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.Secret;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PresignerTest {
  private static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
  private static final String SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2013-05-24T00:00:00Z"));

  private Presigner presigner(String endpoint) {
    return new Presigner(
        URI.create(endpoint), "us-east-1", ACCESS_KEY, Secret.of(SECRET_KEY), now::get);
  }

  private static Map<String, String> parameters(String url) {
    return Arrays.stream(url.substring(url.indexOf('?') + 1).split("&", -1))
        .map(part -> part.split("=", 2))
        .collect(Collectors.toMap(part -> part[0], part -> part[1]));
  }

  private static String path(String url) {
    return url.substring(0, url.indexOf('?'));
  }

  /**
   * The example of the S3 manual, "Authenticating Requests: Using Query Parameters"; its bucket is
   * in the host.
   */
  @Test
  void theExampleOfTheManualGetsItsSignature() {
    String query =
        presigner("https://examplebucket.s3.amazonaws.com")
            .sign("GET", "/test.txt", Duration.ofSeconds(86_400), new StringBuilder(), "", "host");

    assertThat(query)
        .isEqualTo(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  }

  @Test
  void everyUrlEqualsTheOneOfMinioJava() throws Exception {
    String endpoint = "http://s3.example:9000";
    try (MinioClient minio =
        MinioClient.builder()
            .endpoint(endpoint)
            .region("us-east-1")
            .credentials(ACCESS_KEY, SECRET_KEY)
            .build()) {
      Presigner ours = presigner(endpoint);
      for (String key : keys()) {
        String theirs =
            minio.getPresignedObjectUrl(
                GetPresignedObjectUrlArgs.builder()
                    .method(Http.Method.GET)
                    .bucket("some-bucket")
                    .object(key)
                    .expiry(3600)
                    .build());
        now.set(signedAt(theirs));
        String own =
            ours.get("some-bucket", key, Duration.ofHours(1), ResponseOverrides.NONE).text();

        assertThat(path(own)).as(key).isEqualTo(path(theirs));
        assertThat(parameters(own)).as(key).isEqualTo(parameters(theirs));
      }
    }
  }

  private static Instant signedAt(String url) {
    return LocalDateTime.parse(
            parameters(url).get("X-Amz-Date"), DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'"))
        .toInstant(ZoneOffset.UTC);
  }

  private static List<String> keys() {
    Random random = new Random(1);
    String alphabet = "aZ09-_.~/ !*'()+&=@:$,;?#%[]{}|^\"<>`\\äß€अ日😀";
    int[] characters = alphabet.codePoints().toArray();
    List<String> keys =
        new ArrayList<>(List.of("a", "a/b.ts", "video 1.mp4", "100%", "a+b", "日本/ファイル.mp4"));
    while (keys.size() < 500) {
      StringBuilder key = new StringBuilder("k");
      for (int i = random.nextInt(30); i >= 0; i--) {
        key.appendCodePoint(characters[random.nextInt(characters.length)]);
      }
      String text = key.toString();
      if (Arrays.stream(text.split("/", -1)).noneMatch(step -> step.matches("|\\.|\\.\\."))) {
        keys.add(text);
      }
    }
    return keys;
  }

  @Test
  void aUrlIsPrintedWithoutWhatOpensTheObject() {
    SignedUrl url =
        presigner("http://s3.example")
            .get("bucket", "a b", Duration.ofHours(1), ResponseOverrides.NONE);

    assertThat(url).hasToString("http://s3.example/bucket/a%20b?***");
    assertThat(url.toUri()).hasToString(url.text());
  }

  @Test
  void theDayKeyFollowsTheDay() {
    Presigner kept = presigner("http://s3.example");
    SignedUrl before = kept.get("bucket", "key", Duration.ofHours(1), ResponseOverrides.NONE);
    now.set(now.get().plus(Duration.ofDays(1)));
    SignedUrl after = kept.get("bucket", "key", Duration.ofHours(1), ResponseOverrides.NONE);

    assertThat(after).isNotEqualTo(before);
    assertThat(
            presigner("http://s3.example")
                .get("bucket", "key", Duration.ofHours(1), ResponseOverrides.NONE))
        .isEqualTo(after);
  }

  @Test
  void anUploadSignsItsLengthAndType() {
    Presigner presigner = presigner("https://s3.example:443");
    PresignedPut put = presigner.put("bucket", "a b", Duration.ofMinutes(15), 1234, "video/mp4");

    assertThat(put.headers())
        .isEqualTo(Map.of("Content-Length", "1234", "Content-Type", "video/mp4"));
    assertThat(put.url().text())
        .startsWith("https://s3.example/bucket/a%20b?")
        .contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost");
    assertThat(put.expiresAt()).isEqualTo(now.get().plus(Duration.ofMinutes(15)));
    assertThat(presigner.put("bucket", "a b", Duration.ofMinutes(15), 1235, "video/mp4").url())
        .isNotEqualTo(put.url());
    assertThat(presigner.put("bucket", "a b", Duration.ofMinutes(15), 1234, "video/mpeg").url())
        .isNotEqualTo(put.url());
  }

  @Test
  void answersCanBeOverridden() {
    String url =
        presigner("http://s3.example")
            .get(
                "bucket",
                "key",
                Duration.ofHours(1),
                ResponseOverrides.attachment("Über \"x\".mp4"))
            .text();

    assertThat(url)
        .contains(
            "&X-Amz-SignedHeaders=host&response-content-disposition=attachment%3B%20filename%3D%22_ber%20_x_.mp4%22")
        .contains("filename%2A%3DUTF-8%27%27%25C3%259Cber%2520%2522x%2522.mp4");
    assertThatThrownBy(
            () ->
                new ResponseOverrides(java.util.Optional.of("a\r\nb"), java.util.Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatCannotBeSignedIsRefused() {
    Presigner presigner = presigner("http://s3.example");
    Duration hour = Duration.ofHours(1);
    for (String key :
        List.of("", "/a", "a/../b", "..", "a/./b", "a\nb", "a\0b", "x".repeat(1025), "a\ud800")) {
      assertThatThrownBy(() -> presigner.get("bucket", key, hour, ResponseOverrides.NONE))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String bucket : List.of("", "ab", "UPPER", "a/b", "a..b", "-ab", "x".repeat(64))) {
      assertThatThrownBy(() -> presigner.get(bucket, "key", hour, ResponseOverrides.NONE))
          .as(bucket)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (Duration expiry :
        List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofDays(7).plusSeconds(1))) {
      assertThatThrownBy(() -> presigner.get("bucket", "key", expiry, ResponseOverrides.NONE))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> presigner.put("bucket", "key", hour, -1, "a/b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> presigner.put("bucket", "key", hour, 1, "a/b\nx-amz-acl:public"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> presigner("http://s3.example/path"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
