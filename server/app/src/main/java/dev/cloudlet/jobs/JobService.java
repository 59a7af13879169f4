package dev.cloudlet.jobs;

import dev.cloudlet.api.jobs.v1.CancelJobRequest;
import dev.cloudlet.api.jobs.v1.CancelJobResponse;
import dev.cloudlet.api.jobs.v1.GetJobRequest;
import dev.cloudlet.api.jobs.v1.GetJobResponse;
import dev.cloudlet.api.jobs.v1.JobServiceGrpc;
import dev.cloudlet.api.jobs.v1.ListJobsRequest;
import dev.cloudlet.api.jobs.v1.ListJobsResponse;
import dev.cloudlet.api.jobs.v1.WatchJobRequest;
import dev.cloudlet.api.jobs.v1.WatchJobResponse;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.StreamReplies;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;

/** The caller's jobs. */
final class JobService extends JobServiceGrpc.JobServiceImplBase {
  private static final Duration LOOK = Duration.ofSeconds(30);

  private final Jobs jobs;

  JobService(Jobs jobs) {
    this.jobs = jobs;
  }

  private static AccountId caller() {
    return CallContext.current().account().accountId();
  }

  @Override
  public void getJob(GetJobRequest request, StreamObserver<GetJobResponse> observer) {
    Job job = jobs.get(caller(), new JobId(request.getJobId()));
    Replies.send(observer, GetJobResponse.newBuilder().setJob(jobs.toProto(job)).build());
  }

  @Override
  public void listJobs(ListJobsRequest request, StreamObserver<ListJobsResponse> observer) {
    Optional<String> subject = Optional.of(request.getSubject()).filter(text -> !text.isEmpty());
    PageToken.Page<Job> page =
        jobs.list(caller(), subject, request.getPageSize(), request.getPageToken());
    Replies.send(
        observer,
        ListJobsResponse.newBuilder()
            .addAllJobs(page.map(jobs::toProto).items())
            .setNextPageToken(page.nextPageToken())
            .build());
  }

  @Override
  public void watchJob(WatchJobRequest request, StreamObserver<WatchJobResponse> observer) {
    AccountId owner = caller();
    JobId id = new JobId(request.getJobId());
    // Refused before the stream begins if it is not the caller's.
    jobs.get(owner, id);
    long after = after(request.getResumeToken(), request.getAfterRevision());
    StreamReplies.serve(observer, sink -> watch(owner, id, after, sink));
  }

  // A job's token is the revision that was seen; its form was checked by the contract's bounds.
  private static long after(String token, long revision) {
    return token.isEmpty() ? revision : Long.parseLong(token.split("[.]", 2)[0]);
  }

  // Ends with the settled job, which alone shows the end; who has seen it already sees it again, so
  // that every stream says how it ended.
  private void watch(
      AccountId owner, JobId id, long afterRevision, StreamReplies.Sink<WatchJobResponse> sink)
      throws InterruptedException {
    Job job = jobs.get(owner, id);
    long seen = afterRevision;
    while (!job.settled() && !sink.isCancelled()) {
      if (job.revision() > seen) {
        seen = job.revision();
        send(job, sink);
      }
      job = jobs.awaitChange(owner, id, seen, LOOK).orElse(job);
    }
    send(job, sink);
  }

  private void send(Job job, StreamReplies.Sink<WatchJobResponse> sink)
      throws InterruptedException {
    sink.send(
        WatchJobResponse.newBuilder()
            .setJob(jobs.toProto(job))
            .setResumeToken(Long.toString(job.revision()))
            .build());
  }

  @Override
  public void cancelJob(CancelJobRequest request, StreamObserver<CancelJobResponse> observer) {
    Job job = jobs.cancel(caller(), new JobId(request.getJobId()));
    Replies.send(observer, CancelJobResponse.newBuilder().setJob(jobs.toProto(job)).build());
  }
}
