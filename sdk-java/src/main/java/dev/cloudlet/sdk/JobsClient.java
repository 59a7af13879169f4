package dev.cloudlet.sdk;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.ListJobsRequest;
import dev.cloudlet.api.jobs.v1.ListJobsResponse;
import dev.cloudlet.sdk.internal.Caller;

/** The caller's long work. */
public final class JobsClient {
  private static final int PAGE_SIZE = 100;

  private final Caller caller;

  JobsClient(Caller caller) {
    this.caller = caller;
  }

  /**
   * {@return a handle on a job that is known by its id} Asks nothing: a wrong id shows with the
   * first call.
   *
   * @param jobId {@code job_...}
   */
  public JobHandle handle(String jobId) {
    return new JobHandle(caller, jobId);
  }

  /** {@return the caller's jobs, newest first} */
  public Paged<Job> list() {
    return list("");
  }

  /**
   * {@return the caller's jobs on one thing, such as {@code vid_...}, newest first}
   *
   * @param subject such as {@code vid_...}
   */
  public Paged<Job> list(String subject) {
    return new Paged<>(
        token -> {
          ListJobsResponse answer =
              caller.call(
                  JobServiceGrpc.getListJobsMethod(),
                  ListJobsRequest.newBuilder()
                      .setSubject(subject)
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getJobsList(), answer.getNextPageToken());
        });
  }
}
