package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.blob.ObjectInfo;
import dev.cloudlet.kernel.blob.ObjectPage;
import dev.cloudlet.kernel.blob.S3ObjectStore;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3SweepTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant OLD = NOW.minus(Duration.ofHours(25));
  private static final Instant RECENT = NOW.minus(Duration.ofHours(23));

  @TempDir Path account;
  private Path bucket;

  @BeforeEach
  void makeBucket() throws Exception {
    bucket = Files.createDirectory(account.resolve("media"));
  }

  @Test
  void aDraftOfAnEndedProcessIsRemovedAndDoesNotCount() throws Exception {
    Path old = file("dir/clip.mp4-" + UUID.randomUUID(), 10, OLD);
    Path recent = file("dir/clip.mp4-" + UUID.randomUUID(), 20, RECENT);
    file("kept", 7, RECENT);

    assertThat(S3FolderScan.sweepAndCount(account, NOW)).isEqualTo(7);
    assertThat(old).doesNotExist();
    assertThat(recent).doesNotExist();
  }

  @Test
  void aPublishedObjectWithTheNameOfADraftIsKept() throws Exception {
    Path object;
    try (EmbeddedS3Fixture s3 = new EmbeddedS3Fixture(account)) {
      S3Probe probe = s3.as("alice");
      probe.makeBucket("media");
      String key = "report-" + UUID.randomUUID();
      probe.put("media", key, new byte[30]);
      object = account.resolve("acct_alice/media").resolve(key);
      assertThat(probe.list("media")).containsExactly(key);
    }
    Files.setLastModifiedTime(object, FileTime.from(OLD));

    assertThat(S3FolderScan.sweepAndCount(account.resolve("acct_alice"), NOW)).isEqualTo(30);
    assertThat(object).exists();
  }

  @Test
  void aPageOfDraftsDoesNotEndTheList() throws Exception {
    try (EmbeddedS3Fixture s3 = new EmbeddedS3Fixture(account);
        S3ObjectStore store =
            new S3ObjectStore(
                S3Options.of(
                    s3.server.endpoint(),
                    "us-east-1",
                    "key-alice",
                    Secret.of("secret-of-alice")))) {
      store.createBucket("media");
      store.put("media", "zebra", new byte[3], "text/plain");
      for (int i = 0; i < 5; i++) {
        Files.write(
            account.resolve("acct_alice/media").resolve("ant-" + UUID.randomUUID()), new byte[9]);
      }
      ObjectPage page = store.list("media", "", Optional.empty(), 2);
      assertThat(page.objects()).extracting(ObjectInfo::key).containsExactly("zebra");
    }
  }

  @Test
  void anUploadWithoutARecentPartIsRemovedWithItsFoldersAndItsStub() throws Exception {
    String id = UUID.randomUUID().toString();
    file(".mpus-" + id + "-dir/big-stub", 0, OLD);
    file(".mpus-" + id + "-dir/big-1", 100, OLD);
    file(".s3proxy-mpu-stub-" + id, 0, OLD);
    file("kept", 7, OLD);

    assertThat(S3FolderScan.sweepAndCount(account, NOW)).isEqualTo(7);
    try (Stream<Path> left = Files.list(bucket)) {
      assertThat(left).containsExactly(bucket.resolve("kept"));
    }
  }

  @Test
  void anUploadThatIsStillFedIsKeptWhole() throws Exception {
    String id = UUID.randomUUID().toString();
    file(".mpus-" + id + "-big-stub", 0, OLD);
    file(".mpus-" + id + "-big-1", 100, OLD);
    file(".mpus-" + id + "-big-2", 50, RECENT);

    assertThat(S3FolderScan.sweepAndCount(account, NOW)).isEqualTo(150);
    try (Stream<Path> left = Files.list(bucket)) {
      assertThat(left).hasSize(3);
    }
  }

  private Path file(String name, int size, Instant modified) throws Exception {
    Path file = bucket.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[size]);
    return Files.setLastModifiedTime(file, FileTime.from(modified));
  }
}
