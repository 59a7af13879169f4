package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageAccountsTest.refusedWith;
import static dev.cloudlet.storage.StorageFixture.ANNA;
import static dev.cloudlet.storage.StorageFixture.BEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.storage.StorageApi.Upload;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UploadsTest {
  private static final long GB = 1L << 30;
  private final StorageFixture world = new StorageFixture().enabled(ANNA, "files");

  private Upload ticket(String request, long bytes) {
    return world.storage.createUpload(
        ANNA, "files", "a/" + request, bytes, "text/plain", world.request(request));
  }

  @Test
  void aTicketSignsSizeAndType() {
    Upload upload = ticket("r1", 5);
    assertThat(upload.headers())
        .containsEntry("Content-Length", "5")
        .containsEntry("Content-Type", "text/plain");
    assertThat(upload.url().toUri().getPath()).isEqualTo("/files/a/r1");
    assertThat(upload.url().toUri().getQuery()).contains("content-length;content-type;host");
  }

  @Test
  void theSameRequestAgainGivesTheSameTicketAndReservesOnce() {
    Upload first = ticket("r1", 100);
    Upload again = ticket("r1", 100);
    assertThat(again.uploadId()).isEqualTo(first.uploadId());
    assertThat(world.accounts.requireActive(ANNA).reservedBytes()).isEqualTo(100);
  }

  @Test
  void completingComparesMetersAndGivesTheRoomBack() {
    Upload upload = ticket("r1", 5);
    world.objects(ANNA).put("files", "a/r1", "hello".getBytes(), "text/plain");
    assertThat(world.storage.completeUpload(ANNA, upload.uploadId()).sizeBytes()).isEqualTo(5);
    assertThat(world.accounts.requireActive(ANNA).reservedBytes()).isZero();
    assertThat(world.memory.usedBytes(ANNA)).isEqualTo(5);
  }

  @Test
  void completingAgainGivesTheFirstMeasureEvenIfTheObjectIsGone() {
    Upload upload = ticket("r1", 5);
    world.objects(ANNA).put("files", "a/r1", "hello".getBytes(), "text/plain");
    var first = world.storage.completeUpload(ANNA, upload.uploadId());
    world.objects(ANNA).delete("files", "a/r1");
    assertThat(world.storage.completeUpload(ANNA, upload.uploadId())).isEqualTo(first);
  }

  @Test
  void anObjectOfAnotherSizeOrTypeIsRefused() {
    Upload upload = ticket("r1", 5);
    world.objects(ANNA).put("files", "a/r1", "hello!".getBytes(), "text/plain");
    refusedWith(
        ErrorReason.ERROR_REASON_UPLOAD_MISMATCH,
        () -> world.storage.completeUpload(ANNA, upload.uploadId()));
    world.objects(ANNA).put("files", "a/r1", "hello".getBytes(), "text/html");
    refusedWith(
        ErrorReason.ERROR_REASON_UPLOAD_MISMATCH,
        () -> world.storage.completeUpload(ANNA, upload.uploadId()));
  }

  @Test
  void beforeThePutTheUploadIsMissingAndLaterItIsOver() {
    Upload upload = ticket("r1", 5);
    refusedWith(
        ErrorReason.ERROR_REASON_UPLOAD_MISSING,
        () -> world.storage.completeUpload(ANNA, upload.uploadId()));
    world.clock.advance(Duration.ofHours(2));
    refusedWith(
        ErrorReason.ERROR_REASON_UPLOAD_EXPIRED,
        () -> world.storage.completeUpload(ANNA, upload.uploadId()));
  }

  @Test
  void nobodyCompletesAnothersUpload() {
    Upload upload = ticket("r1", 5);
    refusedWith(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> world.storage.completeUpload(BEN, upload.uploadId()));
  }

  @Test
  void openTicketsCountAgainstTheQuota() {
    ticket("r1", GB - 10);
    refusedWith(ErrorReason.ERROR_REASON_QUOTA_EXCEEDED, () -> ticket("r2", 11));
    ticket("r3", 10);
  }

  @Test
  void aTicketWithoutSignedSizeStillPromisesTheRoomThatItNames() {
    Uploads.Wish half = new Uploads.Wish("files", "k", StorageApi.ANY_SIZE, GB / 2, "text/plain");
    world.uploads.create(ANNA, half, world.request("r1"));
    Upload second = world.uploads.create(ANNA, half, world.request("r2"));
    assertThat(second.headers()).doesNotContainKey("Content-Length");
    refusedWith(
        ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
        () -> world.uploads.create(ANNA, half, world.request("r3")));
    world.objects(ANNA).put("files", "k", new byte[3], "text/plain");
    assertThat(world.storage.completeUpload(ANNA, second.uploadId()).sizeBytes()).isEqualTo(3);
    assertThat(world.accounts.requireActive(ANNA).reservedBytes()).isEqualTo(GB / 2);
  }

  @Test
  void roomOfTicketsThatEndedIsFreeAgain() {
    ticket("r1", GB);
    world.clock.advance(Duration.ofHours(2));
    ticket("r2", GB);
  }

  @Test
  void racingTicketsNeverPromiseMoreThanTheQuota() throws Exception {
    List<Callable<Boolean>> calls =
        IntStream.range(0, 32)
            .<Callable<Boolean>>mapToObj(
                i ->
                    () -> {
                      try {
                        ticket("race" + i, GB / 4);
                        return true;
                      } catch (PlatformException full) {
                        return false;
                      }
                    })
            .toList();
    int given = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        given += call.get() ? 1 : 0;
      }
    }
    assertThat(given).isLessThanOrEqualTo(4).isPositive();
    assertThat(world.accounts.requireActive(ANNA).reservedBytes()).isLessThanOrEqualTo(GB);
  }

  @Test
  void anUnknownBucketIsNotFound() {
    refusedWith(
        ErrorReason.ERROR_REASON_NOT_FOUND,
        () -> world.storage.createUpload(ANNA, "other", "k", 1, "text/plain", world.request("r1")));
  }

  @Test
  void filesOfAnotherAccountAreNotThere() {
    world.enabled(BEN, "files");
    world.objects(BEN).put("files", "secret", new byte[1], "text/plain");
    assertThat(world.storage.head(ANNA, "files", "secret")).isEmpty();
  }

  @Test
  void platformFilesNeedRoomTogether() {
    refusedWith(
        ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
        () ->
            world.storage.presignPuts(
                ANNA,
                "files",
                List.of(
                    new StorageApi.NewObject("x/1", GB, "video/mp4"),
                    new StorageApi.NewObject("x/2", 1, "video/mp4")),
                Duration.ofHours(1)));
  }

  @Test
  void aPrefixIsMeasuredAndDeleted() {
    for (int i = 0; i < 3; i++) {
      world.objects(ANNA).put("files", "p/" + i, new byte[10], "text/plain");
    }
    world.objects(ANNA).put("files", "q/0", new byte[10], "text/plain");
    assertThat(world.storage.measure(ANNA, "files", "p/"))
        .isEqualTo(new StorageApi.PrefixFacts(3, 30));
    world.storage.deletePrefix(ANNA, "files", "p/");
    world.storage.deletePrefix(ANNA, "files", "p/");
    assertThat(world.storage.measure(ANNA, "files", "").count()).isEqualTo(1);
  }
}
