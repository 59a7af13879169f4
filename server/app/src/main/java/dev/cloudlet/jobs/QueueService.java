package dev.cloudlet.jobs;

import dev.cloudlet.api.jobs.v1.CancelQueueJobRequest;
import dev.cloudlet.api.jobs.v1.CancelQueueJobResponse;
import dev.cloudlet.api.jobs.v1.DrainQueueRequest;
import dev.cloudlet.api.jobs.v1.DrainQueueResponse;
import dev.cloudlet.api.jobs.v1.GetQueueJobRequest;
import dev.cloudlet.api.jobs.v1.GetQueueJobResponse;
import dev.cloudlet.api.jobs.v1.GetQueueRequest;
import dev.cloudlet.api.jobs.v1.GetQueueResponse;
import dev.cloudlet.api.jobs.v1.ListQueueActionsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueActionsResponse;
import dev.cloudlet.api.jobs.v1.ListQueueJobsRequest;
import dev.cloudlet.api.jobs.v1.ListQueueJobsResponse;
import dev.cloudlet.api.jobs.v1.ListQueuesRequest;
import dev.cloudlet.api.jobs.v1.ListQueuesResponse;
import dev.cloudlet.api.jobs.v1.PauseQueueRequest;
import dev.cloudlet.api.jobs.v1.PauseQueueResponse;
import dev.cloudlet.api.jobs.v1.Queue;
import dev.cloudlet.api.jobs.v1.QueueServiceGrpc;
import dev.cloudlet.api.jobs.v1.QueueView;
import dev.cloudlet.api.jobs.v1.ResumeQueueRequest;
import dev.cloudlet.api.jobs.v1.ResumeQueueResponse;
import dev.cloudlet.api.jobs.v1.RetryJobRequest;
import dev.cloudlet.api.jobs.v1.RetryJobResponse;
import dev.cloudlet.api.jobs.v1.RetryJobsRequest;
import dev.cloudlet.api.jobs.v1.RetryJobsResponse;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** The operator's view of all jobs. */
final class QueueService extends QueueServiceGrpc.QueueServiceImplBase {
  private final JobQueues queues;

  QueueService(JobQueues queues) {
    this.queues = queues;
  }

  static Operator operator(String note) {
    CallContext call = CallContext.current();
    return new Operator(call.account().accountId(), note, call.ids());
  }

  private static Optional<AccountId> account(String id) {
    return Optional.of(id).filter(given -> !given.isEmpty()).map(AccountId::new);
  }

  @Override
  public void listQueues(ListQueuesRequest request, StreamObserver<ListQueuesResponse> observer) {
    PageToken.Page<Queue> page =
        queues.list(request.getPageSize(), request.getPageToken()).map(QueueMessages::queue);
    Replies.send(
        observer,
        ListQueuesResponse.newBuilder()
            .addAllQueues(page.items())
            .setNextPageToken(page.nextPageToken())
            .build());
  }

  @Override
  public void getQueue(GetQueueRequest request, StreamObserver<GetQueueResponse> observer) {
    Queue queue = QueueMessages.queue(queues.get(request.getKind()));
    Replies.send(observer, GetQueueResponse.newBuilder().setQueue(queue).build());
  }

  @Override
  public void pauseQueue(PauseQueueRequest request, StreamObserver<PauseQueueResponse> observer) {
    Queue queue = set(request.getKind(), LaneSetting.Mode.PAUSED, request.getNote());
    Replies.send(observer, PauseQueueResponse.newBuilder().setQueue(queue).build());
  }

  @Override
  public void drainQueue(DrainQueueRequest request, StreamObserver<DrainQueueResponse> observer) {
    Queue queue = set(request.getKind(), LaneSetting.Mode.DRAINING, request.getNote());
    Replies.send(observer, DrainQueueResponse.newBuilder().setQueue(queue).build());
  }

  @Override
  public void resumeQueue(
      ResumeQueueRequest request, StreamObserver<ResumeQueueResponse> observer) {
    Queue queue = set(request.getKind(), LaneSetting.Mode.ACTIVE, request.getNote());
    Replies.send(observer, ResumeQueueResponse.newBuilder().setQueue(queue).build());
  }

  private Queue set(String kind, LaneSetting.Mode mode, String note) {
    return QueueMessages.queue(queues.set(kind, mode, operator(note)));
  }

  @Override
  public void listQueueJobs(
      ListQueueJobsRequest request, StreamObserver<ListQueueJobsResponse> observer) {
    Optional<AccountId> owner = account(request.getForAccount());
    int size = request.getPageSize();
    PageToken.Page<Job> page =
        request.getView() == QueueView.QUEUE_VIEW_FAILED
            ? queues.failed(request.getKind(), owner, size, request.getPageToken())
            : queues.unfinished(request.getKind(), owner, size, request.getPageToken());
    Replies.send(
        observer,
        ListQueueJobsResponse.newBuilder()
            .addAllJobs(page.map(QueueMessages::job).items())
            .setNextPageToken(page.nextPageToken())
            .build());
  }

  @Override
  public void getQueueJob(
      GetQueueJobRequest request, StreamObserver<GetQueueJobResponse> observer) {
    Job job = queues.job(new JobId(request.getJobId()));
    Replies.send(observer, GetQueueJobResponse.newBuilder().setJob(QueueMessages.job(job)).build());
  }

  @Override
  public void retryJob(RetryJobRequest request, StreamObserver<RetryJobResponse> observer) {
    Job next = queues.retry(new JobId(request.getJobId()), operator(request.getNote()));
    Replies.send(observer, RetryJobResponse.newBuilder().setJob(QueueMessages.job(next)).build());
  }

  @Override
  public void retryJobs(RetryJobsRequest request, StreamObserver<RetryJobsResponse> observer) {
    JobQueues.Filter filter =
        new JobQueues.Filter(
            Optional.of(request.getFailureReason()).filter(reason -> !reason.isEmpty()),
            account(request.getForAccount()),
            request.hasAfterTime()
                ? Optional.of(Timestamps.instant(request.getAfterTime()))
                : Optional.empty());
    PageToken.Page<JobQueues.Retried> page =
        queues.retryMany(
            request.getKind(),
            filter,
            request.getMaxJobs(),
            request.getContinueToken(),
            operator(request.getNote()));
    int refused = (int) page.items().stream().filter(one -> one.refusal().isPresent()).count();
    Replies.send(
        observer,
        RetryJobsResponse.newBuilder()
            .addAllOutcomes(page.map(QueueMessages::outcome).items())
            .setRetried(page.items().size() - refused)
            .setRefused(refused)
            .setContinueToken(page.nextPageToken())
            .build());
  }

  @Override
  public void cancelQueueJob(
      CancelQueueJobRequest request, StreamObserver<CancelQueueJobResponse> observer) {
    Job job = queues.cancel(new JobId(request.getJobId()), operator(request.getNote()));
    Replies.send(
        observer, CancelQueueJobResponse.newBuilder().setJob(QueueMessages.job(job)).build());
  }

  @Override
  public void listQueueActions(
      ListQueueActionsRequest request, StreamObserver<ListQueueActionsResponse> observer) {
    PageToken.Page<OperatorAction> page =
        queues.actions(request.getPageSize(), request.getPageToken());
    Replies.send(
        observer,
        ListQueueActionsResponse.newBuilder()
            .addAllActions(page.map(QueueMessages::action).items())
            .setNextPageToken(page.nextPageToken())
            .build());
  }
}
