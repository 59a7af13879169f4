package dev.cloudlet.workers.runtime;

import java.util.regex.Pattern;

/**
 * One attempt of one job.
 *
 * @param jobId {@code job_...}; also the name of a folder, so only plain characters
 * @param attempt the fencing token
 */
public record TaskKey(JobId jobId, int attempt) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  public TaskKey {
    if (!PLAIN.matcher(jobId.value()).matches()) {
      throw new IllegalArgumentException("not a job id");
    }
  }

  /** Whether a folder of that name is of an attempt at this job. */
  boolean isOfSameJob(String folderName) {
    return folderName.startsWith(jobId.value() + ".");
  }

  String folderName() {
    return jobId.value() + "." + attempt;
  }
}
