package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.storage.v1.StoredObject;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.ConnectOptions;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.sdk.RetryOptions;
import dev.cloudlet.sdk.TransferException;
import dev.cloudlet.sdk.UploadOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The platform with small disks of its own for the worker and for the object store, in a mount
 * namespace, which needs no rights on most Linux machines.
 */
class FullDiskTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir static Path folder;
  private static PlatformProcess platform;
  private final HttpClient browser = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    Path data = folder.resolve("data");
    String mounts =
        "mkdir -p %1$s/objects %1$s/work && mount -t tmpfs -o size=48m tmpfs %1$s/objects"
            + " && mount -t tmpfs -o size=160m tmpfs %1$s/work";
    List<String> around =
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            mounts.formatted("\"$0\"") + " && exec \"$@\"",
            data.toString());
    assumeTrue(
        mayMount(around), "this machine gives nobody a mount namespace, so there is no full disk");
    platform =
        new PlatformProcess(
            folder, around, "--video.max-attempts=20", "--jobs.backoff.first=500ms");
  }

  private static boolean mayMount(List<String> around) throws InterruptedException {
    List<String> trial = new ArrayList<>(around);
    trial.add("true");
    try {
      return Programs.onPath("unshare")
          && new ProcessBuilder(trial).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (platform != null) {
      platform.close();
    }
  }

  private static Path bytes(String name, int mebibytes) throws IOException {
    return Files.write(folder.resolve(name), new byte[mebibytes * MEBIBYTE]);
  }

  @Test
  void anObjectThatTheDiskCanNotTakeIsRefusedAndNothingOfItStays() throws Exception {
    Path first = bytes("first.bin", 30);
    Path second = bytes("second.bin", 25);
    try (Cloudlet cloudlet = Customers.paying(platform.address(), browser);
        Cloudlet hasty =
            Cloudlet.connect(
                ConnectOptions.builder(platform.address())
                    .retry(RetryOptions.defaults().withMaxAttempts(2))
                    .build())) {
      cloudlet.storage().createBucket("things");
      UploadOptions named = UploadOptions.defaults();
      cloudlet.storage().upload("things", first, named.withKey("first"));

      assertThatThrownBy(
              () ->
                  hasty
                      .withToken(cloudlet.session().orElseThrow().accessToken())
                      .storage()
                      .upload("things", second, named.withKey("second")))
          .isInstanceOf(TransferException.class);

      assertThat(cloudlet.storage().objects("things", "").stream().map(StoredObject::getKey))
          .containsExactly("first");
      assertThat(cloudlet.storage().get().getUsedBytes()).isEqualTo(Files.size(first));
      cloudlet.storage().deleteObject("things", "first");
      assertThat(
              cloudlet.storage().upload("things", second, named.withKey("second")).getSizeBytes())
          .isEqualTo(Files.size(second));
      cloudlet.storage().deleteObject("things", "second");
    }
  }

  @Test
  void aTranscodeThatTheDiskBreaksOffGoesOnWhenThereIsRoom() throws Exception {
    assumeTrue(
        Programs.onPath("ffmpeg"), "ffmpeg is not on the PATH, so there is no video to transcode");
    Path clip = folder.resolve("clip.mp4");
    Programs.film(clip, "1280x720", 20);
    Path work = platform.seen(platform.data().resolve("work"));
    Path filler = work.resolve("filler");
    try (Cloudlet cloudlet = Customers.paying(platform.address(), browser)) {
      Video video = cloudlet.videos().upload(clip);
      JobHandle job = cloudlet.videos().transcode(video.getId());
      Awaitility.await("the encoder has begun its output")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> holdsASegment(work));
      fill(filler);
      Awaitility.await("an attempt fails")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> job.get().getAttempt() > 1);

      Files.delete(filler);

      Job done = job.await(Duration.ofMinutes(5));
      assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      assertThat(cloudlet.videos().get(video.getId()).getRenditionsList()).hasSize(3);
      assertThat(cloudlet.wallet().balance().held().minor()).isZero();
      assertThat(cloudlet.wallet().balance().available().minor())
          .as("paid once")
          .isEqualTo(
              Customers.BOUGHT.minor()
                  - cloudlet.pricing().estimate("storage.gb-30-days", 1).minor()
                  - done.getCost().getMinor());
    }
  }

  // Asked of the disk itself: the job's progress comes so much later that a quick encoder is done.
  private static boolean holdsASegment(Path work) {
    try (Stream<Path> files = Files.walk(work)) {
      return files.anyMatch(file -> file.toString().endsWith(".m4s"));
    } catch (IOException | UncheckedIOException changing) {
      return false;
    }
  }

  // Until there is not a byte more.
  private static void fill(Path filler) throws IOException {
    byte[] piece = new byte[MEBIBYTE / 4];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(piece);
      }
    } catch (IOException full) {
      assertThat(Files.size(filler)).isPositive();
    }
  }
}
