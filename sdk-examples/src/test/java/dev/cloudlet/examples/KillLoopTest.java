package dev.cloudlet.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments under customers who go the whole way: nothing acknowledged is lost,
 * nothing is there twice. The seed is printed; {@code -Dcloudlet.seed=} repeats the moments.
 */
class KillLoopTest {
  @TempDir static Path folder;
  private static Path clip;

  @BeforeAll
  static void film() throws Exception {
    assumeTrue(
        Programs.onPath("ffmpeg"), "ffmpeg is not on the PATH, so there is no video to transcode");
    clip = folder.resolve("clip.mp4");
    Programs.film(clip, "128x72", 1);
  }

  private static void loop(String name, int customers, int kills) throws Exception {
    long seed = Long.getLong("cloudlet.seed", new Random().nextLong(1_000_000));
    System.out.println("kill loop with seed " + seed);
    try (PlatformProcess platform =
        new PlatformProcess(
            folder.resolve(name),
            "--worker.slots=4",
            "--jobs.lease=2s",
            "--jobs.renew-every=500ms",
            "--jobs.sweep-every=500ms",
            "--jobs.backoff.first=200ms",
            "--jobs.backoff.max=2s",
            "--video.max-attempts=20",
            "--fleet.heartbeat-every=500ms",
            "--fleet.offline-after=2s",
            "--limits.per-minute=1000000",
            "--limits.credentials-per-minute=1000000",
            "--limits.email-per-minute=1000000",
            "--limits.expensive-per-minute=1000000")) {
      System.out.println(new KillLoop(platform, clip, customers, seed).run(kills));
    }
  }

  @Test
  void aFewKillsUnderAFewCustomers() throws Exception {
    loop("few", 3, 2);
  }

  @Tag("long")
  @Test
  void manyKillsUnderManyCustomers() throws Exception {
    loop("many", 32, 50);
  }
}
