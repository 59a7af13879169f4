package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.Job;

/** A job was cancelled by its owner: everything that was held for it was given back. */
public final class JobCancelledException extends CloudletException {
  private static final long serialVersionUID = 1L;

  private final transient Job job;

  /**
   * The end of a wait.
   *
   * @param message a sentence for a person
   * @param facts reason and the rest
   * @param job the job as it was last seen
   */
  public JobCancelledException(String message, ErrorFacts facts, Job job) {
    super(message, facts, null);
    this.job = job;
  }

  /** {@return the job as it was last seen} */
  public Job job() {
    return job;
  }
}
