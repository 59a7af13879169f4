package dev.cloudlet.workers.runtime;

import com.google.protobuf.Duration;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.video.v1.Rendition;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.kernel.telemetry.Step;
import dev.cloudlet.kernel.telemetry.Trace;
import dev.cloudlet.kernel.time.Pause;
import dev.cloudlet.workers.transcode.FfmpegTools;
import dev.cloudlet.workers.transcode.GrowingOutput;
import dev.cloudlet.workers.transcode.HlsTranscoder;
import dev.cloudlet.workers.transcode.Ladder;
import dev.cloudlet.workers.transcode.MediaInfo;
import dev.cloudlet.workers.transcode.MediaProbe;
import dev.cloudlet.workers.transcode.ProgressListener;
import dev.cloudlet.workers.transcode.Rung;
import dev.cloudlet.workers.transcode.TranscodeException;
import dev.cloudlet.workers.transcode.TranscodeOrder;
import dev.cloudlet.workers.transcode.TranscodeStopped;
import dev.cloudlet.workers.transcode.Transcoded;
import dev.cloudlet.workers.transcode.UnusableMedia;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a transcode as a line of stages: fetch, probe, transcode, upload. */
public final class TranscodeTasks {
  private static final Logger log = LoggerFactory.getLogger(TranscodeTasks.class);
  // Where each stage ends on the way from 0 to 1.
  private static final double FETCHED = 0.10;
  private static final double PROBED = 0.12;
  private static final double TRANSCODED = 0.90;

  private final WorkFolder folder;
  private final MediaProbe probe;
  private final HlsTranscoder transcoder;
  private final SourceFetch fetch;
  private final OutputUpload upload;
  private final InstantSource clock;
  private final int cpuThreads;
  private final TaskMetrics metrics;

  /**
   * @param cpuThreads processor threads for one attempt
   */
  public TranscodeTasks(
      WorkFolder folder,
      FfmpegTools tools,
      TaskSigner signer,
      HttpClient http,
      InstantSource clock,
      int cpuThreads,
      TaskMetrics metrics) {
    this.folder = folder;
    this.probe = new MediaProbe(tools, MediaProbe.Limits.DEFAULT);
    this.transcoder = new HlsTranscoder(tools);
    this.fetch = new SourceFetch(http, signer, Pause.real(), SourceFetch.STALL);
    this.upload = new OutputUpload(http, signer, Pause.real());
    this.clock = clock;
    this.cpuThreads = cpuThreads;
    this.metrics = metrics;
  }

  /**
   * Runs the attempt on the calling thread; gives its last event. What it made is kept if the job
   * may have another attempt.
   *
   * @param call the trace of who asked for it
   */
  public TranscodeResponse run(TranscodeRequest request, Attempt attempt, Trace call)
      throws InterruptedException {
    try (Step step = Step.of(call.child("transcode task", Trace.Kind.INTERNAL))) {
      step.trace().with("cloudlet.job", attempt.key().jobId().value());
      step.trace().with("cloudlet.attempt", attempt.key().attempt());
      TranscodeResponse last = run(request, attempt);
      metrics.ended(last);
      if (last.hasFailure()) {
        step.refused(last.getFailure().getReason());
      }
      return step.done(last);
    }
  }

  private TranscodeResponse run(TranscodeRequest request, Attempt attempt)
      throws InterruptedException {
    boolean again = false;
    try {
      TranscodeResponse last = attempt(request, attempt);
      again = last.getFailure().getRetryable();
      return last;
    } catch (InterruptedException e) {
      again = attempt.stopped().filter(Attempt.Stop.NODE_STOPS::equals).isPresent();
      throw e;
    } finally {
      leave(attempt.key(), again);
    }
  }

  private void leave(TaskKey key, boolean again) {
    try {
      if (again) {
        folder.keep(key);
      } else {
        folder.end(key);
      }
    } catch (IOException e) {
      // It is one of those that are kept, of which there is a bounded number.
      log.atWarn().addKeyValue("job", key.jobId()).setCause(e).log("a folder can't be cleared");
    }
  }

  private TranscodeResponse attempt(TranscodeRequest request, Attempt attempt)
      throws InterruptedException {
    try {
      Path work = folder.begin(attempt.key());
      return TranscodeResponse.newBuilder().setResult(stages(request, attempt, work)).build();
    } catch (UnusableMedia e) {
      return Attempt.failure(reason(e.reason()), sentence(e), false);
    } catch (TranscodeStopped e) {
      // The flag that the toolbox set again belongs to this thread, which ends with this attempt.
      return Thread.interrupted() || attempt.isStopped()
          ? AttemptBoard.stopped(attempt)
          : deadline();
    } catch (TaskFailedException e) {
      log.atWarn().addKeyValue("job", attempt.key().jobId()).setCause(e).log("attempt failed");
      return Attempt.failure(e.reason(), sentence(e), e.retryable());
    } catch (TranscodeException e) {
      log.atWarn().addKeyValue("job", attempt.key().jobId()).setCause(e).log("attempt failed");
      return Attempt.failure(ErrorReason.ERROR_REASON_INTERNAL, sentence(e), e.retryable());
    } catch (IOException | UncheckedIOException | StatusRuntimeException e) {
      log.atWarn().addKeyValue("job", attempt.key().jobId()).setCause(e).log("attempt failed");
      return attempt.isStopped()
          ? AttemptBoard.stopped(attempt)
          : Attempt.failure(
              ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
              "The worker node lost its disk or its server.",
              true);
    }
  }

  private static TranscodeResponse deadline() {
    return Attempt.failure(
        ErrorReason.ERROR_REASON_JOB_DEADLINE, "The job did not end within its time limit.", false);
  }

  private static String sentence(Exception e) {
    return Optional.ofNullable(e.getMessage()).orElse("The attempt failed.");
  }

  static ErrorReason reason(UnusableMedia.Reason reason) {
    return switch (reason) {
      case NOT_MEDIA -> ErrorReason.ERROR_REASON_MEDIA_NOT_RECOGNISED;
      case CORRUPT -> ErrorReason.ERROR_REASON_MEDIA_CORRUPT;
      case NO_VIDEO_OR_AUDIO -> ErrorReason.ERROR_REASON_MEDIA_EMPTY;
      case TOO_LONG, TOO_LARGE_PICTURE, UNSUPPORTED_FORMAT ->
          ErrorReason.ERROR_REASON_MEDIA_UNSUPPORTED;
    };
  }

  private TranscodeResult stages(TranscodeRequest request, Attempt attempt, Path work)
      throws TaskFailedException, InterruptedException, IOException {
    Path source = work.resolve("source");
    boolean there = Files.exists(source) && Files.size(source) == request.getSourceBytes();
    if (!there) {
      fetch(request, attempt, source);
    }
    try {
      return encoded(request, attempt, work, source);
    } catch (UnusableMedia damaged) {
      if (!there) {
        throw damaged;
      }
      // The machine may have died while it wrote: only what was fetched just now is judged.
      log.atWarn().addKeyValue("job", attempt.key().jobId()).setCause(damaged).log("fetched anew");
      fetch(request, attempt, source);
      return encoded(request, attempt, work, source);
    }
  }

  private void fetch(TranscodeRequest request, Attempt attempt, Path source)
      throws TaskFailedException, InterruptedException, IOException {
    SourceFetch.Order order =
        new SourceFetch.Order(
            attempt.key(), URI.create(request.getSourceUrl()), request.getSourceBytes(), source);
    if (!SourceFetch.hasRoom(order)) {
      folder.dropKept();
    }
    try (TaskMetrics.Stage stage = metrics.begin("fetch")) {
      attempt.progress(0, "fetching", Optional.empty());
      fetch.run(order, done -> attempt.progress(done * FETCHED, "fetching", Optional.empty()));
      stage.trace().with("cloudlet.bytes", request.getSourceBytes());
      stage.done();
    }
  }

  private TranscodeResult encoded(TranscodeRequest request, Attempt attempt, Path work, Path source)
      throws TaskFailedException, InterruptedException, IOException {
    attempt.progress(FETCHED, "probing", Optional.empty());
    MediaInfo media = probe(source, attempt);
    Path output = WorkFolder.output(work);
    TranscodeOrder order = order(request, attempt, media, source, output);
    try (EarlyRelease early =
        new EarlyRelease(attempt, work, output, new GrowingOutput(order), upload, Pause.real())) {
      Transcoded made = transcode(attempt, order, early);
      early.close();
      upload(attempt, made, output, early.stored());
      return result(made);
    }
  }

  private MediaInfo probe(Path source, Attempt attempt) {
    try (TaskMetrics.Stage stage = metrics.begin("probe")) {
      return stage.done(probe.probe(source, attempt::isStopped));
    }
  }

  private void upload(Attempt attempt, Transcoded made, Path output, Set<Path> stored)
      throws TaskFailedException, InterruptedException {
    try (TaskMetrics.Stage stage = metrics.begin("upload")) {
      attempt.progress(TRANSCODED, "uploading", Optional.empty());
      upload.run(
          new OutputUpload.Order(attempt.key(), output, made.files()),
          stored,
          done ->
              attempt.progress(
                  TRANSCODED + done * (1 - TRANSCODED), "uploading", Optional.empty()));
      stage
          .trace()
          .with("cloudlet.bytes", made.totalBytes())
          .with("cloudlet.files", made.files().size());
      stage.done();
    }
  }

  private TranscodeOrder order(
      TranscodeRequest request, Attempt attempt, MediaInfo media, Path source, Path output) {
    List<Rung> rungs =
        request.getHeightsList().stream().map(Rung::ofHeight).flatMap(Optional::stream).toList();
    java.time.Duration left = java.time.Duration.between(clock.instant(), deadlineOf(request));
    if (!left.isPositive()) {
      attempt.stop(Attempt.Stop.DEADLINE);
      left = java.time.Duration.ofSeconds(1);
    }
    return new TranscodeOrder(
        source,
        media,
        Ladder.plan(media, rungs.isEmpty() ? Rung.STANDARD : rungs),
        output,
        cpuThreads,
        left);
  }

  private Transcoded transcode(Attempt attempt, TranscodeOrder order, EarlyRelease early) {
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void progressed(Progress progress) {
            attempt.progress(
                PROBED + progress.fraction() * (TRANSCODED - PROBED),
                "transcoding",
                progress.remaining().map(java.time.Duration::toSeconds));
          }

          @Override
          public void beganAnew() {
            early.begin();
          }
        };
    try (TaskMetrics.Stage stage = metrics.begin("transcode")) {
      return stage.done(transcoder.run(order, listener, attempt::isStopped));
    }
  }

  /** When the job ends in any case. */
  public static Instant deadlineOf(TranscodeRequest request) {
    return Instant.ofEpochSecond(
        request.getDeadline().getSeconds(), request.getDeadline().getNanos());
  }

  private static TranscodeResult result(Transcoded made) {
    TranscodeResult.Builder result =
        TranscodeResult.newBuilder()
            .setMasterPath(Transcoded.MASTER)
            .setDuration(
                Duration.newBuilder()
                    .setSeconds(made.duration().toSeconds())
                    .setNanos(made.duration().toNanosPart()))
            .setFileCount(made.files().size())
            .setTotalBytes(made.totalBytes())
            .setCpuSeconds(made.cpu().toMillis() / 1000.0);
    made.poster().ifPresent(path -> result.setPosterPath(path.toString()));
    made.thumbnails().ifPresent(path -> result.setThumbnailsPath(path.toString()));
    made.renditions()
        .forEach(
            rendition ->
                result.addRenditions(
                    Rendition.newBuilder()
                        .setName(rendition.name())
                        .setWidth(rendition.width())
                        .setHeight(rendition.height())
                        .setPeakBitsPerSecond(rendition.bandwidth())
                        .setAverageBitsPerSecond(rendition.averageBandwidth())
                        .setCodecs(rendition.codecs())
                        .setFrameRate(rendition.frameRate())));
    return result.build();
  }
}
