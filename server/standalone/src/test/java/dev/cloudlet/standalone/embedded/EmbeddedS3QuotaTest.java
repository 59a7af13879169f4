package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.minio.Http;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3QuotaTest {
  private static final int MIB = 1 << 20;
  private static final long QUOTA = 10 * MIB;

  private static final AtomicInteger TENANTS = new AtomicInteger();

  @TempDir static Path root;
  private static EmbeddedS3Fixture s3;

  private String tenant;
  private Path folder;
  private S3Probe alice;

  @BeforeAll
  static void startServer() {
    s3 = new EmbeddedS3Fixture(root);
  }

  @AfterAll
  static void stopServer() {
    s3.close();
  }

  @BeforeEach
  void newTenant() throws Exception {
    tenant = "alice" + TENANTS.incrementAndGet();
    folder = root.resolve("acct_" + tenant);
    s3.tenants.put(tenant, QUOTA, true);
    alice = s3.as(tenant);
    alice.makeBucket("media");
  }

  @Test
  void anUploadThatDoesNotFitIsRefusedBeforeItIsStored() throws Exception {
    alice.put("media", "a", new byte[8 * MIB]);

    assertThat(S3Probe.code(catchThrowable(() -> alice.put("media", "b", new byte[3 * MIB]))))
        .isEqualTo("QuotaExceeded");
    assertThat(s3.used(tenant)).isEqualTo(8 * MIB);
    assertThat(alice.list("media")).containsExactly("a");
    assertUsageIsTrue();
  }

  @Test
  void aPresignedUploadIsRefusedWithAReadableError() throws Exception {
    HttpResponse<String> refused = s3.put(alice, "media", "a", new byte[11 * MIB]);

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("<Code>QuotaExceeded</Code>");
    assertUsageIsTrue();
  }

  @Test
  void exactlyTheQuotaFitsAndNotOneByteMore() throws Exception {
    assertThat(s3.put(alice, "media", "a", new byte[(int) QUOTA]).statusCode()).isEqualTo(200);
    assertThat(s3.put(alice, "media", "b", new byte[1]).statusCode()).isEqualTo(403);
    assertThat(s3.put(alice, "media", "empty", new byte[0]).statusCode()).isEqualTo(200);
  }

  @Test
  void anOverwriteIsChargedTheDifferenceOnly() throws Exception {
    assertThat(s3.put(alice, "media", "a", new byte[8 * MIB]).statusCode()).isEqualTo(200);
    assertThat(s3.put(alice, "media", "a", new byte[9 * MIB]).statusCode()).isEqualTo(200);
    assertThat(s3.used(tenant)).isEqualTo(9 * MIB);

    assertThat(s3.put(alice, "media", "a", new byte[MIB]).statusCode()).isEqualTo(200);
    assertThat(s3.used(tenant)).isEqualTo(MIB);
    assertUsageIsTrue();
  }

  @Test
  void aDeleteMakesRoom() throws Exception {
    alice.put("media", "a", new byte[8 * MIB]);
    alice.remove("media", "a");
    alice.remove("media", "a");

    assertThat(s3.used(tenant)).isZero();
    alice.put("media", "b", new byte[8 * MIB]);
    assertUsageIsTrue();
  }

  @Test
  void concurrentUploadsCannotPassTheQuotaTogether() throws Exception {
    List<Callable<Integer>> uploads = new ArrayList<>();
    for (int n = 0; n < 24; n++) {
      String key = "k" + n;
      uploads.add(() -> s3.put(alice, "media", key, new byte[MIB]).statusCode());
    }

    List<Integer> answers = inParallel(uploads);

    assertThat(answers).containsOnly(200, 403);
    assertThat(answers.stream().filter(status -> status == 200)).hasSizeLessThanOrEqualTo(10);
    assertThat(s3.used(tenant)).isLessThanOrEqualTo(QUOTA);
    assertUsageIsTrue();
  }

  @Test
  void theCountStaysTrueUnderConcurrentOverwritesAndDeletesOfTheSameKeys() throws Exception {
    s3.tenants.put(tenant, 6 * MIB, true);
    List<Callable<Integer>> changes = new ArrayList<>();
    for (int n = 0; n < 120; n++) {
      String key = "k" + n % 4;
      int size = (1 + n % 3) * MIB / 2;
      changes.add(
          n % 5 == 4
              ? () -> {
                alice.remove("media", key);
                return 204;
              }
              : () -> s3.put(alice, "media", key, new byte[size]).statusCode());
    }

    assertThat(inParallel(changes)).isSubsetOf(200, 204, 403);
    assertThat(s3.used(tenant)).isBetween(0L, 6L * MIB);
    assertUsageIsTrue();
  }

  @Test
  void aCopyThatDoesNotFitIsRefused() throws Exception {
    alice.put("media", "a", new byte[6 * MIB]);

    assertThat(S3Probe.code(catchThrowable(() -> alice.copy("media", "a", "b"))))
        .isEqualTo("QuotaExceeded");
    alice.put("media", "a", new byte[4 * MIB]);
    alice.copy("media", "a", "b");
    assertThat(s3.used(tenant)).isEqualTo(8 * MIB);
    assertUsageIsTrue();
  }

  @Test
  void thePartThatDoesNotFitIsRefusedAndAbortingGivesTheOthersBack() throws Exception {
    String upload = s3.startUpload(alice, "media", "dir/big");
    assertThat(part(upload, 1, 5 * MIB)).isEqualTo(200);
    assertThat(part(upload, 2, 5 * MIB)).isEqualTo(200);
    assertThat(part(upload, 3, 1)).isEqualTo(403);
    assertThat(part(upload, 2, 4 * MIB)).isEqualTo(200);
    assertThat(s3.used(tenant)).isEqualTo(9 * MIB);
    assertUsageIsTrue();

    URI abort = alice.presign(Http.Method.DELETE, "media", "dir/big", Map.of("uploadId", upload));
    assertThat(s3.send(abort, "DELETE", new byte[0]).statusCode()).isEqualTo(204);

    assertThat(s3.used(tenant)).isZero();
    assertUsageIsTrue();
  }

  @Test
  void completingAnUploadCountsTheObjectOnce() throws Exception {
    alice.putInParts("media", "big", new byte[7 * MIB], 5 * MIB);
    alice.putInParts("media", "big", new byte[3 * MIB], 5 * MIB);
    assertThat(s3.used(tenant)).isEqualTo(3 * MIB);
    assertUsageIsTrue();
  }

  @Test
  void aStreamOfUnknownLengthIsStoppedWhenItPassesTheQuota() {
    assertThat(
            S3Probe.code(
                catchThrowable(
                    () -> alice.putInParts("media", "big", new byte[16 * MIB], 5 * MIB))))
        .isEqualTo("QuotaExceeded");
    assertThat(alice.listQuietly("media")).isEmpty();
  }

  @Test
  void anUploadThatBreaksOffLeavesNothingCountedAndNothingListed() throws Exception {
    URI url = alice.presign(Http.Method.PUT, "media", "broken", Map.of());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      String head =
          "PUT %s?%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(url.getRawPath(), url.getRawQuery(), url.getAuthority(), 9 * MIB);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(new byte[MIB]);
      socket.getOutputStream().flush();
      Awaitility.await().until(() -> filesOnDisk() > 0);
      assertThat(alice.list("media")).isEmpty();
      // What the running upload declared is promised to it.
      assertThat(s3.put(alice, "media", "other", new byte[2 * MIB]).statusCode()).isEqualTo(403);
    }

    Awaitility.await().until(() -> filesOnDisk() == 0);
    Awaitility.await()
        .until(() -> s3.put(alice, "media", "other", new byte[2 * MIB]).statusCode() == 200);
    assertUsageIsTrue();
  }

  private int part(String upload, int number, int size) throws Exception {
    return s3.putPart(alice, "media", "dir/big", upload, number, new byte[size]).statusCode();
  }

  private long filesOnDisk() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  /** The counter says what a fresh server finds on disk. */
  private void assertUsageIsTrue() throws IOException {
    long onDisk = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        onDisk += Files.size(file);
      }
    }
    assertThat(s3.used(tenant)).isEqualTo(onDisk);
  }

  private static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      for (Future<T> result : threads.invokeAll(tasks)) {
        results.add(result.get());
      }
    }
    return results;
  }
}
