package dev.cloudlet.video;

import dev.cloudlet.api.worker.v1.AttachTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeFailure;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import io.grpc.Status;

/** What came of a worker's stream. */
sealed interface WorkerEvent {
  /** How far it is. */
  record Progress(TranscodeProgress progress) implements WorkerEvent {}

  /** Done. */
  record Done(TranscodeResult result) implements WorkerEvent {}

  /** It can't be done. */
  record Failed(TranscodeFailure failure) implements WorkerEvent {}

  /** The stream ended without result, or nothing came for too long. */
  record Broken(Status status) implements WorkerEvent {}

  static WorkerEvent of(TranscodeResponse response) {
    return switch (response.getEventCase()) {
      case PROGRESS -> new Progress(response.getProgress());
      case RESULT -> new Done(response.getResult());
      case FAILURE -> new Failed(response.getFailure());
      case EVENT_NOT_SET -> new Broken(Status.INTERNAL.withDescription("an empty message"));
    };
  }

  static WorkerEvent of(AttachTranscodeResponse response) {
    return switch (response.getEventCase()) {
      case PROGRESS -> new Progress(response.getProgress());
      case RESULT -> new Done(response.getResult());
      case FAILURE -> new Failed(response.getFailure());
      case EVENT_NOT_SET -> new Broken(Status.INTERNAL.withDescription("an empty message"));
    };
  }
}
