package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a job is.
 *
 * @param state where it stands
 * @param fraction 0.0 to 1.0, never falling within one attempt
 * @param stage what is being done, such as {@code transcoding}
 * @param remaining estimated time to the end, if known
 * @param attempt which attempt this is, from 1; 0 before the first
 */
public record JobProgress(
    JobState state, double fraction, String stage, Optional<Duration> remaining, int attempt) {

  /**
   * {@return the progress in a job}
   *
   * @param job the message
   */
  public static JobProgress of(Job job) {
    return new JobProgress(
        job.getState(),
        job.getState() == JobState.JOB_STATE_SUCCEEDED ? 1.0 : job.getProgress().getFraction(),
        job.getProgress().getStage(),
        job.getProgress().hasRemainingSeconds()
            ? Optional.of(Duration.ofSeconds(job.getProgress().getRemainingSeconds()))
            : Optional.empty(),
        job.getAttempt());
  }
}
