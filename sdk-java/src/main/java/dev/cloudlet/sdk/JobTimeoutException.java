package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.Job;

/**
 * A job had not ended within the time that the caller wanted to wait. The job goes on: wait again,
 * or cancel it.
 */
public final class JobTimeoutException extends CloudletException {
  private static final long serialVersionUID = 1L;

  private final transient Job job;

  /**
   * The end of a wait.
   *
   * @param message a sentence for a person
   * @param facts reason and the rest
   * @param job the job as it was last seen
   */
  public JobTimeoutException(String message, ErrorFacts facts, Job job) {
    super(message, facts, null);
    this.job = job;
  }

  /** {@return the job as it was last seen} */
  public Job job() {
    return job;
  }
}
