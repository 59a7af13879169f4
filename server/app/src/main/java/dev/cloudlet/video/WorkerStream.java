package dev.cloudlet.video;

import dev.cloudlet.api.worker.v1.AttachTranscodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.jobs.JobId;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's stream, read by straight-line code. One message is asked for at a time, so at most one
 * waits here beside the end. Read by one thread; gRPC's threads fill it.
 */
final class WorkerStream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerStream.class);
  private static final Duration CANCEL_DEADLINE = Duration.ofSeconds(5);

  private final BlockingQueue<WorkerEvent> events = new LinkedBlockingQueue<>(4);
  private final ClientCall<?, ?> call;

  private WorkerStream(ClientCall<?, ?> call) {
    this.call = call;
  }

  /** Begins an attempt. */
  static WorkerStream begin(Channel node, TranscodeRequest request, Duration limit) {
    return open(node, TranscodeServiceGrpc.getTranscodeMethod(), request, WorkerEvent::of, limit);
  }

  /** Joins an attempt. */
  static WorkerStream join(Channel node, JobId jobId, int attempt, Duration limit) {
    AttachTranscodeRequest request =
        AttachTranscodeRequest.newBuilder().setJobId(jobId.value()).setAttempt(attempt).build();
    return open(
        node, TranscodeServiceGrpc.getAttachTranscodeMethod(), request, WorkerEvent::of, limit);
  }

  /** Tells the node to stop; what can't be reached is stopped by its fence. */
  static void stop(Channel node, JobId jobId, int attempt) {
    try {
      var unused =
          TranscodeServiceGrpc.newBlockingStub(node)
              .withDeadlineAfter(CANCEL_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
              .cancelTranscode(
                  CancelTranscodeRequest.newBuilder()
                      .setJobId(jobId.value())
                      .setAttempt(attempt)
                      .build());
    } catch (StatusRuntimeException unreachable) {
      log.atInfo()
          .addKeyValue("job", jobId)
          .addKeyValue("attempt", attempt)
          .addKeyValue("status", unreachable.getStatus().getCode())
          .log("the worker could not be told to stop; its attempt is fenced off");
    }
  }

  private static <Q, R> WorkerStream open(
      Channel node,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, WorkerEvent> form,
      Duration limit) {
    ClientCall<Q, R> call =
        node.newCall(
            method, CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS));
    WorkerStream stream = new WorkerStream(call);
    call.start(
        new ClientCall.Listener<R>() {
          @Override
          public void onMessage(R message) {
            stream.events.add(form.apply(message));
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            stream.events.add(new WorkerEvent.Broken(status));
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
    return stream;
  }

  /** The next event; Broken with DEADLINE_EXCEEDED after {@code patience} of silence. */
  WorkerEvent next(Duration patience) throws InterruptedException {
    WorkerEvent event = events.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (event == null) {
      return new WorkerEvent.Broken(
          Status.DEADLINE_EXCEEDED.withDescription("the worker is silent"));
    }
    if (event instanceof WorkerEvent.Progress) {
      call.request(1);
    }
    return event;
  }

  /** Lets the stream go; the attempt itself goes on at the node. */
  @Override
  public void close() {
    call.cancel("no longer read", null);
  }
}
