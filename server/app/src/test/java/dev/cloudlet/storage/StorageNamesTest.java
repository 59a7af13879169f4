package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageAccountsTest.refusedWith;
import static dev.cloudlet.storage.StorageFixture.ANNA;
import static dev.cloudlet.storage.StorageFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.InMemoryObjectStore;
import dev.cloudlet.kernel.config.DataSize;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageNamesTest {
  private final StorageFixture world = new StorageFixture().enabled(ANNA, "files");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a",
        "a//b",
        "a/",
        "..",
        "a/../b",
        "./a",
        "a/.",
        "a\\b",
        "a\u0000b",
        "a\nb",
        "a\u202Eb",
        "a\u200Bb",
        "e\u0301",
        "\ud800"
      })
  void treacherousKeysAreRefused(String key) {
    refusedWith(ErrorReason.ERROR_REASON_INVALID_FIELD, () -> ObjectKeys.requireValid("key", key));
  }

  @Test
  void longKeysAreRefusedByBytes() {
    refusedWith(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        () -> ObjectKeys.requireValid("key", "a".repeat(219)));
    refusedWith(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        () -> ObjectKeys.requireValid("key", "é/".repeat(301) + "a"));
    ObjectKeys.requireValid("key", "a/b c/d+e=ü.txt");
  }

  @ParameterizedTest
  @CsvSource({
    "holiday.mp4, holiday.mp4",
    "../../etc/passwd, passwd",
    "C:\\videos\\clip 1.mp4, clip_1.mp4",
    "x.mp4;rm -rf $HOME;#, x.mp4_rm_-rf_HOME",
    ".hidden, hidden",
    "..., file",
    "日本語.mp4, 日本語.mp4",
    "a\u202Egpm.exe, a_gpm.exe"
  })
  void fileNamesBecomeHarmless(String given, String clean) {
    assertThat(ObjectKeys.sanitised(given)).isEqualTo(clean);
    ObjectKeys.requireValid("key", "uploads/1/" + ObjectKeys.sanitised(given));
  }

  @Test
  void longFileNamesKeepTheirExtension() {
    assertThat(ObjectKeys.sanitised("ü".repeat(250) + ".mp4"))
        .endsWith("ü.mp4")
        .hasSizeLessThan(90);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "-ab", "ab-", "a.b", "Abc", "admin", "xn--abc", "abc-s3alias"})
  void badOrReservedBucketNamesAreRefused(String name) {
    refusedWith(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        () -> world.buckets.create(ANNA, name, world.request(name)));
  }

  @Test
  void aBucketIsMadeOnceAndTheSameRequestFindsItsOwn() {
    var first = world.buckets.create(ANNA, "photos", world.request("b1"));
    assertThat(world.buckets.create(ANNA, "photos", world.request("b1"))).isEqualTo(first);
    refusedWith(
        ErrorReason.ERROR_REASON_BUCKET_EXISTS,
        () -> world.buckets.create(ANNA, "photos", world.request("b2")));
  }

  @Test
  void twoAccountsMayHaveABucketOfTheSameName() {
    world.enabled(BEN, "files");
    world.objects(BEN).put("files", "only-ben", new byte[1], "text/plain");
    assertThat(world.storage.measure(ANNA, "files", "").count()).isZero();
  }

  @Test
  void aBucketWithObjectsStays() {
    world.objects(ANNA).put("files", "k", new byte[1], "text/plain");
    refusedWith(
        ErrorReason.ERROR_REASON_BUCKET_NOT_EMPTY, () -> world.buckets.delete(ANNA, "files"));
    world.objects(ANNA).delete("files", "k");
    world.buckets.delete(ANNA, "files");
    world.buckets.delete(ANNA, "files");
  }

  @Test
  void inASharedStoreTenantsSeeOnlyTheirOwnBuckets() {
    InMemoryObjectStore shared =
        new InMemoryObjectStore(InstantSource.system(), DataSize.ofMebibytes(1));
    SharedBucketStorageBackend backend =
        new SharedBucketStorageBackend(
            shared,
            new dev.cloudlet.kernel.blob.Presigner(
                java.net.URI.create("http://s3.test"),
                "r",
                "platform",
                dev.cloudlet.kernel.config.Secret.of("s"),
                InstantSource.system()),
            java.net.URI.create("http://s3.test"),
            "r");
    backend.open(ANNA).objects().createBucket("files");
    backend.open(ANNA).objects().put("files", "k", new byte[7], "text/plain");
    assertThat(backend.open(BEN).objects().listBuckets()).isEmpty();
    assertThat(backend.open(BEN).objects().bucketExists("files")).isFalse();
    assertThat(shared.listBuckets().getFirst()).matches("[0-9a-f]{16}-files");
    assertThat(backend.usedBytes(ANNA)).isEqualTo(7);
    assertThat(backend.usedBytes(BEN)).isZero();
    refusedWith(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        () -> backend.open(BEN).objects().createBucket("b".repeat(60)));
  }
}
