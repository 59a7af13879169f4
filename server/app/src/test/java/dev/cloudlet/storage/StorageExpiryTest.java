package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageAccountsTest.refusedWith;
import static dev.cloudlet.storage.StorageFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ByteRange;
import dev.cloudlet.kernel.blob.SignedUrl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the end of the period and of the grace does to links and to cleaning up. */
class StorageExpiryTest {
  private final StorageFixture world = new StorageFixture().enabled(ANNA, "files");

  @Test
  void aLinkForReadingEndsWithTheGrace() {
    world.clock.advance(Duration.ofDays(37).minusMinutes(5));
    assertThat(world.storage.presignGet(ANNA, "files", "k", Duration.ofHours(1)))
        .satisfies(StorageExpiryTest::livesFiveMinutes);
    assertThat(world.storage.presigner(ANNA, "files", Duration.ofHours(1)).apply("k"))
        .satisfies(StorageExpiryTest::livesFiveMinutes);
    world.clock.advance(Duration.ofMinutes(5));
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_EXPIRED,
        () -> world.storage.presignGet(ANNA, "files", "k", Duration.ofHours(1)));
  }

  @Test
  void aDownloadSaysWhenItsLinkReallyEnds() {
    StoredObjects.Link whole =
        world.storage.objects().download(ANNA, "files", "k", Duration.ofHours(1));
    assertThat(whole.expireTime()).isEqualTo(StorageFixture.START.plus(Duration.ofHours(1)));
    world.clock.advance(Duration.ofDays(37).minusMinutes(5));
    StoredObjects.Link shortened =
        world.storage.objects().download(ANNA, "files", "k", Duration.ofHours(1));
    assertThat(shortened.url()).satisfies(StorageExpiryTest::livesFiveMinutes);
    assertThat(shortened.expireTime()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(37)));
  }

  @Test
  void aLinkForWritingEndsWithThePeriod() {
    world.clock.advance(Duration.ofDays(30).minusMinutes(5));
    assertThat(
            world
                .storage
                .presignPuts(
                    ANNA,
                    "files",
                    List.of(new StorageApi.NewObject("x/1", 5, "video/mp4")),
                    Duration.ofHours(1))
                .getFirst()
                .url())
        .satisfies(StorageExpiryTest::livesFiveMinutes);
    StorageApi.Upload upload =
        world.storage.createUpload(ANNA, "files", "k", 5, "text/plain", world.request("u"));
    assertThat(upload.url()).satisfies(StorageExpiryTest::livesFiveMinutes);
    assertThat(upload.expireTime()).isEqualTo(StorageFixture.START.plus(Duration.ofDays(30)));
  }

  private static void livesFiveMinutes(SignedUrl url) {
    assertThat(url.text()).contains("X-Amz-Expires=300&");
  }

  @Test
  void thePlatformCleansUpAfterTheGraceWhatTheOwnerMayNotTouchAnyMore() {
    world.objects(ANNA).put("files", "p/1", new byte[10], "text/plain");
    world.clock.advance(Duration.ofDays(60));
    refusedWith(
        ErrorReason.ERROR_REASON_STORAGE_EXPIRED, () -> world.storage.measure(ANNA, "files", "p/"));
    world.storage.deletePrefix(ANNA, "files", "p/");
    assertThat(world.memory.usedBytes(ANNA)).isZero();
  }

  @Test
  void aRefusalOfTheStoreThatNobodyForesawIsSaidInTheWordsOfTheContract() {
    world.objects(ANNA).put("files", "k", new byte[3], "text/plain");
    Optional<ByteRange> behindTheEnd = Optional.of(new ByteRange(9, 1));
    refusedWith(
        ErrorReason.ERROR_REASON_OBJECT_STORE_REFUSED,
        () ->
            StoreFailures.translating(
                "k", () -> world.objects(ANNA).get("files", "k", behindTheEnd)));
  }
}
