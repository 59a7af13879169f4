package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.storage.v1.CreateUploadRequest;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferTest {
  private static final int SIZE = 3_000_000;

  private final FakeCloudlet fake = FakeCloudlet.start();
  private Cloudlet cloudlet;
  private Path file;
  @TempDir private Path folder;

  @BeforeEach
  void makeBucket() throws IOException {
    cloudlet = fake.signedIn("ada@example.com", Coins.of(100));
    cloudlet.storage().enable(1);
    cloudlet.storage().createBucket("papers");
    byte[] bytes = new byte[SIZE];
    new Random(1).nextBytes(bytes);
    file = Files.write(folder.resolve("thesis.pdf"), bytes);
  }

  @AfterEach
  void close() {
    cloudlet.close();
    fake.close();
  }

  @Test
  void whatWasUploadedComesBack() throws Exception {
    StoredObject object = cloudlet.storage().upload("papers", file);
    Path copy = folder.resolve("copy.pdf");

    cloudlet.storage().download("papers", object.getKey(), copy, TransferListener.none());

    assertThat(copy).hasSameBinaryContentAs(file);
    assertThat(object.getSizeBytes()).isEqualTo(SIZE);
    assertThat(object.getContentType()).isEqualTo("application/pdf");
    assertThat(cloudlet.storage().get().getUsedBytes()).isEqualTo(SIZE);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void progressGrowsToTheWholeSize() throws Exception {
    List<Long> heard = new CopyOnWriteArrayList<>();

    cloudlet
        .storage()
        .upload("papers", file, UploadOptions.progress((done, total) -> heard.add(done)));

    assertThat(heard).isSorted().hasSizeGreaterThan(10).endsWith((long) SIZE);
  }

  @Test
  void aPutThatFailsInPassingIsRepeated() throws Exception {
    fake.failNextTransfer(503);
    fake.failNextTransfer(500);

    StoredObject object = cloudlet.storage().upload("papers", file);

    assertThat(object.getSizeBytes()).isEqualTo(SIZE);
  }

  @Test
  void aConnectionThatBreaksInThePutIsOpenedAgainForTheWholeFile() throws Exception {
    fake.breakNextTransfer();
    fake.breakNextTransfer();
    List<Long> heard = new CopyOnWriteArrayList<>();

    StoredObject object =
        cloudlet
            .storage()
            .upload("papers", file, UploadOptions.progress((done, total) -> heard.add(done)));

    assertThat(object.getSizeBytes()).isEqualTo(SIZE);
    assertThat(heard).endsWith((long) SIZE);
    assertThat(fake.requests("cloudlet.storage.v1.StorageService/CreateUpload")).hasSize(1);
    assertThat(fake.requests("cloudlet.storage.v1.StorageService/CompleteUpload")).hasSize(1);
  }

  @Test
  void aConnectionThatBreaksInTheGetIsOpenedAgain() throws Exception {
    StoredObject object = cloudlet.storage().upload("papers", file);
    fake.breakNextTransfer();
    Path copy = folder.resolve("copy.pdf");

    cloudlet.storage().download("papers", object.getKey(), copy, TransferListener.none());

    assertThat(copy).hasSameBinaryContentAs(file);
  }

  @Test
  void aFileThatGrowsMeanwhileIsRefused() {
    assertChangeIsRefused(() -> Files.write(file, new byte[1], StandardOpenOption.APPEND));
  }

  @Test
  void aFileThatIsWrittenAgainMeanwhileIsRefused() {
    assertChangeIsRefused(
        () -> {
          Files.write(file, new byte[SIZE]);
          return Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        });
  }

  @Test
  void aFileThatChangesBetweenTwoAttemptsIsRefused() {
    fake.failNextTransfer(503);
    assertChangeIsRefused(() -> Files.setLastModifiedTime(file, FileTime.fromMillis(1)));
  }

  private void assertChangeIsRefused(Callable<?> change) {
    AtomicBoolean changed = new AtomicBoolean();
    TransferListener listener =
        (done, total) -> {
          if (!changed.getAndSet(true)) {
            assertThatCode(change::call).doesNotThrowAnyException();
          }
        };

    assertThatThrownBy(
            () -> cloudlet.storage().upload("papers", file, UploadOptions.progress(listener)))
        .isInstanceOf(FileChangedException.class)
        .hasMessageContaining("thesis.pdf");

    assertThat(fake.requests("cloudlet.storage.v1.StorageService/CompleteUpload")).isEmpty();
    assertThat(cloudlet.storage().objects("papers", "")).isEmpty();
  }

  @Test
  void aPutThatIsRefusedIsNotRepeated() {
    fake.failNextTransfer(403);

    assertThatThrownBy(() -> cloudlet.storage().upload("papers", file))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> {
              assertThat(e.httpStatus()).isEqualTo(403);
              assertThat(e.getMessage()).doesNotContain("http://");
            });
  }

  @Test
  void repetitionsOfAPutAreBounded() {
    for (int i = 0; i < RetryOptions.defaults().maxAttempts(); i++) {
      fake.failNextTransfer(503);
    }

    assertThatThrownBy(() -> cloudlet.storage().upload("papers", file))
        .isInstanceOf(TransferException.class);
  }

  @Test
  void aDownloadThatFailsLeavesNoFile() throws Exception {
    StoredObject object = cloudlet.storage().upload("papers", file);
    for (int i = 0; i < RetryOptions.defaults().maxAttempts(); i++) {
      fake.failNextTransfer(503);
    }
    Path copy = folder.resolve("copy.pdf");

    assertThatThrownBy(
            () ->
                cloudlet
                    .storage()
                    .download("papers", object.getKey(), copy, TransferListener.none()))
        .isInstanceOf(TransferException.class);

    assertThat(copy).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void anEmptyFileIsUploadedUnderTheGivenKey() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.bin"));

    StoredObject object =
        cloudlet.storage().upload("papers", empty, UploadOptions.defaults().withKey("a/b"));

    assertThat(object.getKey()).isEqualTo("a/b");
    assertThat(
            ((CreateUploadRequest)
                    fake.requests("cloudlet.storage.v1.StorageService/CreateUpload").get(0))
                .getContentType())
        .isEqualTo("application/octet-stream");
  }

  @Test
  void aMissingFileIsRefusedBeforeAnythingIsAsked() {
    assertThatThrownBy(() -> cloudlet.videos().upload(folder.resolve("nothing.mp4")))
        .isInstanceOf(IOException.class);
    assertThat(fake.requests("cloudlet.video.v1.VideoService/CreateVideo")).isEmpty();
  }
}
