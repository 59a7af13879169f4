package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.SignDownloadRequest;
import dev.cloudlet.api.fleet.v1.SignDownloadResponse;
import dev.cloudlet.api.fleet.v1.SignUploadsRequest;
import dev.cloudlet.api.fleet.v1.SignUploadsResponse;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.id.NodeId;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import io.grpc.stub.StreamObserver;
import java.util.Map;

/** Signs for the node that runs a job's current attempt, and for nobody else. */
final class TaskService extends TaskServiceGrpc.TaskServiceImplBase {
  private final JobsApi jobs;
  private final Map<String, TaskFiles> files;

  TaskService(JobsApi jobs, Map<String, TaskFiles> files) {
    this.jobs = jobs;
    this.files = files;
  }

  private Job current(String jobId, int attempt) {
    NodeId node = CallContext.current().node().nodeId();
    return jobs.requireRunning(new JobId(jobId), attempt, node);
  }

  private TaskFiles filesOf(Job job) {
    TaskFiles found = files.get(job.kind());
    if (found == null) {
      throw new IllegalStateException("nobody signs files for jobs of kind " + job.kind());
    }
    return found;
  }

  @Override
  public void signUploads(
      SignUploadsRequest request, StreamObserver<SignUploadsResponse> observer) {
    Job job = current(request.getJobId(), request.getAttempt());
    Replies.send(
        observer,
        SignUploadsResponse.newBuilder()
            .addAllUploads(filesOf(job).signUploads(job, request.getFilesList()))
            .build());
  }

  @Override
  public void signDownload(
      SignDownloadRequest request, StreamObserver<SignDownloadResponse> observer) {
    Job job = current(request.getJobId(), request.getAttempt());
    Replies.send(
        observer,
        SignDownloadResponse.newBuilder().setUrl(filesOf(job).signDownload(job).text()).build());
  }
}
