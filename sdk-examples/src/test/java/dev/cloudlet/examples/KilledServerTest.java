package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.workers.agent.WorkerAgent;
import dev.cloudlet.workers.agent.WorkerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL of the server, with everything that it keeps, while a worker of another process works.
 */
class KilledServerTest {
  private static final String JOIN_TOKEN = "join-token-of-this-test";

  @TempDir Path folder;

  @Test
  void theServerFindsTheWorkAgainAndNothingIsBegunTwice() throws Exception {
    assumeTrue(
        Programs.onPath("ffmpeg"), "ffmpeg is not on the PATH, so there is no video to transcode");
    Path clip = folder.resolve("clip.mp4");
    Programs.film(clip, "1280x720", 12);
    try (HttpClient browser = HttpClient.newHttpClient();
        PlatformProcess platform = platform();
        WorkerAgent worker = worker(platform);
        Cloudlet cloudlet = Customers.paying(platform.address(), browser)) {
      Video video = cloudlet.videos().upload(clip);
      Coins before = cloudlet.wallet().balance().available();
      JobHandle job = cloudlet.videos().transcode(video.getId());
      Awaitility.await("the encoder is at work")
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> job.get().getProgress().getFraction() > 0.15);

      platform.killAndStartAgain();

      assertThat(worker.running()).as("attempts that go on").isEqualTo(1);
      Job done = job.await(Duration.ofMinutes(5));
      assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      assertThat(done.getAttempt()).isEqualTo(1);
      assertThat(cloudlet.wallet().balance().available().minor())
          .isEqualTo(before.minor() - done.getCost().getMinor());
    }
  }

  private PlatformProcess platform() throws IOException {
    return new PlatformProcess(
        folder,
        "--worker.enabled=false",
        "--fleet.join-token=" + JOIN_TOKEN,
        "--fleet.heartbeat-every=500ms",
        "--jobs.lease=2s",
        "--jobs.renew-every=500ms",
        "--jobs.sweep-every=500ms");
  }

  private WorkerAgent worker(PlatformProcess platform) {
    return WorkerAgent.start(
        WorkerConfig.of(
            URI.create(platform.address()),
            Secret.of(JOIN_TOKEN),
            "apart",
            "127.0.0.1:0",
            1,
            folder.resolve("work")));
  }
}
