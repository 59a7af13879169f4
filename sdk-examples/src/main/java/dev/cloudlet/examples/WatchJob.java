package dev.cloudlet.examples;

import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.JobFailedException;
import dev.cloudlet.sdk.JobTimeoutException;
import java.time.Duration;
import java.util.Set;

/** Follows a job that some other program started, over any number of broken connections. */
public final class WatchJob {
  private WatchJob() {}

  /** Runs it; takes {@code --server=} and {@code --job=job_...}. */
  public static void main(String[] args) throws Exception {
    Arguments given = Arguments.read(args, Set.of("server", "job"));
    try (Cloudlet cloudlet = Cloudlet.connect(given.server())) {
      cloudlet.login(
          Arguments.environment("CLOUDLET_EMAIL"), Arguments.environment("CLOUDLET_PASSWORD"));
      cloudlet
          .jobs()
          .handle(given.find("job").orElseThrow())
          .await(
              Duration.ofHours(1),
              progress ->
                  System.out.printf(
                      "%3.0f %%  %s, attempt %d%n",
                      progress.fraction() * 100, progress.stage(), progress.attempt()));
      System.out.println("done");
    } catch (JobFailedException failed) {
      System.out.println("failed: " + failed.reason() + " " + failed.getMessage());
    } catch (JobTimeoutException late) {
      System.out.println("still running: " + late.job().getState());
    }
  }
}
