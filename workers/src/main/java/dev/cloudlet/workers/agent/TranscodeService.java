package dev.cloudlet.workers.agent;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.worker.v1.AttachTranscodeRequest;
import dev.cloudlet.api.worker.v1.AttachTranscodeResponse;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.StreamReplies;
import dev.cloudlet.kernel.telemetry.Trace;
import dev.cloudlet.workers.runtime.Attempt;
import dev.cloudlet.workers.runtime.AttemptBoard;
import dev.cloudlet.workers.runtime.JobId;
import dev.cloudlet.workers.runtime.TaskKey;
import dev.cloudlet.workers.runtime.TranscodeTasks;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Attempts for the server. A stream shows an attempt; that it breaks does not stop it. */
final class TranscodeService extends TranscodeServiceGrpc.TranscodeServiceImplBase {
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final AttemptBoard board;
  private final TranscodeTasks tasks;

  TranscodeService(AttemptBoard board, TranscodeTasks tasks) {
    this.board = board;
    this.tasks = tasks;
  }

  @Override
  public void transcode(TranscodeRequest request, StreamObserver<TranscodeResponse> observer) {
    // The task goes on when this call does not: only its trace is taken along.
    Trace call = Trace.current();
    Attempt attempt =
        board.start(
            key(request.getJobId(), request.getAttempt()),
            TranscodeTasks.deadlineOf(request),
            running -> tasks.run(request, running, call));
    StreamReplies.serve(observer, sink -> show(attempt, sink, event -> event));
  }

  @Override
  public void attachTranscode(
      AttachTranscodeRequest request, StreamObserver<AttachTranscodeResponse> observer) {
    TaskKey key = key(request.getJobId(), request.getAttempt());
    Attempt attempt =
        board
            .find(key)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorReason.ERROR_REASON_NOT_FOUND,
                        "This node does not have the attempt."));
    StreamReplies.serve(observer, sink -> show(attempt, sink, TranscodeService::attached));
  }

  private static TaskKey key(String jobId, int attempt) {
    try {
      return new TaskKey(new JobId(jobId), attempt);
    } catch (IllegalArgumentException e) {
      throw PlatformException.invalidField("job_id", "job_id.form", "This is not a job id.");
    }
  }

  private static <T> void show(
      Attempt attempt, StreamReplies.Sink<T> sink, Function<TranscodeResponse, T> form)
      throws InterruptedException {
    long seen = 0;
    while (!sink.isCancelled()) {
      Optional<Attempt.Numbered> next = attempt.awaitAfter(seen, LOOK);
      if (next.isPresent()) {
        sink.send(form.apply(next.get().event()));
        if (next.get().last()) {
          return;
        }
        seen = next.get().number();
      }
    }
  }

  private static AttachTranscodeResponse attached(TranscodeResponse event) {
    AttachTranscodeResponse.Builder same = AttachTranscodeResponse.newBuilder();
    switch (event.getEventCase()) {
      case PROGRESS -> same.setProgress(event.getProgress());
      case RESULT -> same.setResult(event.getResult());
      case FAILURE -> same.setFailure(event.getFailure());
      case EVENT_NOT_SET -> throw new IllegalStateException("an event without content");
    }
    return same.build();
  }

  @Override
  public void cancelTranscode(
      CancelTranscodeRequest request, StreamObserver<CancelTranscodeResponse> observer) {
    boolean wasRunning = board.cancel(key(request.getJobId(), request.getAttempt()));
    Replies.send(observer, CancelTranscodeResponse.newBuilder().setWasRunning(wasRunning).build());
  }
}
