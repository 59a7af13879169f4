package dev.cloudlet.video;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.worker.v1.TranscodeFailure;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.fleet.FleetApi;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.jobs.JobHandler;
import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.error.ErrorReasons;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.Timestamps;
import dev.cloudlet.kernel.time.Pause;
import dev.cloudlet.storage.StorageApi;
import dev.cloudlet.wallet.HoldId;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs transcodes on worker nodes. */
final class TranscodeJobHandler implements JobHandler {
  private static final Logger log = LoggerFactory.getLogger(TranscodeJobHandler.class);
  private static final int MAX_REJOINS = 3;
  private static final Duration REJOIN_AFTER = Duration.ofSeconds(1);
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final Videos videos;
  private final StorageApi storage;
  private final FleetApi fleet;
  private final VideoTaskFiles files;
  private final TranscodeEnd end;
  private final Times times;
  private final Again again;

  /** Orders a transcode once more; see {@link JobHandler#again}. */
  @FunctionalInterface
  interface Again {
    void order(Job failed, JobId next, HoldId hold);
  }

  /** Time as the handler needs it. */
  record Times(InstantSource clock, Pause pause, Duration silence) {}

  TranscodeJobHandler(
      Videos videos,
      StorageApi storage,
      FleetApi fleet,
      VideoTaskFiles files,
      TranscodeEnd end,
      Times times,
      Again again) {
    this.videos = videos;
    this.storage = storage;
    this.fleet = fleet;
    this.files = files;
    this.end = end;
    this.times = times;
    this.again = again;
  }

  @Override
  public String kind() {
    return Transcodes.KIND;
  }

  @Override
  public Outcome run(Job job, AttemptLink link) throws InterruptedException {
    try {
      Optional<Video> video = videos.waitingFor(job);
      if (video.isEmpty()) {
        return notWaiting();
      }
      videos.startedAgain(video.get(), job);
      Optional<Outcome> unfit = checkSource(video.get(), job);
      if (unfit.isPresent()) {
        return unfit.get();
      }
      Optional<FleetApi.Reservation> slot = fleet.reserve(NodeRole.NODE_ROLE_TRANSCODE);
      if (slot.isEmpty()) {
        return new Outcome.NoCapacity();
      }
      try (FleetApi.Reservation reservation = slot.get()) {
        FleetApi.WorkerNode node = reservation.node();
        link.runsOn(node.nodeId());
        WorkerStream stream =
            WorkerStream.begin(node.channel(), request(video.get(), job), left(job));
        return follow(new Attempt(job, video.get(), node.channel(), link), stream);
      }
    } catch (PlatformException failed) {
      return outcome(failed);
    }
  }

  @Override
  public Optional<Outcome> attach(Job job, AttemptLink link) throws InterruptedException {
    Optional<FleetApi.WorkerNode> node = job.nodeId().flatMap(fleet::find);
    if (node.isEmpty()) {
      return Optional.empty();
    }
    Optional<Video> video = videos.waitingFor(job);
    if (video.isEmpty()) {
      WorkerStream.stop(node.get().channel(), job.id(), job.attempt());
      return Optional.of(notWaiting());
    }
    Channel channel = node.get().channel();
    WorkerStream stream = WorkerStream.join(channel, job.id(), job.attempt(), left(job));
    try {
      return Optional.of(follow(new Attempt(job, video.get(), channel, link), stream));
    } catch (PlatformException failed) {
      return Optional.of(outcome(failed));
    }
  }

  @Override
  public void again(Job failed, JobId next, HoldId hold) {
    again.order(failed, next, hold);
  }

  @Override
  public long onEnded(Job job) {
    return end.settle(job);
  }

  private record Attempt(Job job, Video video, Channel node, AttemptLink link) {}

  private Outcome follow(Attempt attempt, WorkerStream first) throws InterruptedException {
    try (Following following = new Following(attempt, first)) {
      while (true) {
        Optional<Outcome> over = following.step();
        if (over.isPresent()) {
          return over.get();
        }
      }
    } catch (InterruptedException interrupted) {
      if (!attempt.link().isHandedOver()) {
        stop(attempt);
      }
      throw interrupted;
    }
  }

  /**
   * One attempt as it is followed over several streams. Every stream begins with the newest
   * progress, which for a worker that hangs is the old one: only what moved gives new patience.
   */
  private final class Following implements AutoCloseable {
    private final Attempt attempt;
    private WorkerStream stream;
    private TranscodeProgress newest = TranscodeProgress.getDefaultInstance();
    private boolean began;
    private boolean shown;
    private int rejoins;

    Following(Attempt attempt, WorkerStream first) {
      this.attempt = attempt;
      this.stream = first;
    }

    /** Waits for one event; how the attempt ended, if it did. */
    Optional<Outcome> step() throws InterruptedException {
      WorkerEvent event = stream.next(times.silence());
      return switch (event) {
        case WorkerEvent.Progress progress -> {
          progressed(progress.progress());
          yield Optional.empty();
        }
        case WorkerEvent.Done done -> Optional.of(verified(attempt, done.result()));
        case WorkerEvent.Failed failed -> Optional.of(outcome(failed.failure()));
        case WorkerEvent.Broken broken -> broke(broken.status());
      };
    }

    private void progressed(TranscodeProgress progress) {
      if (!began
          || progress.getFraction() > newest.getFraction()
          || !progress.getStage().equals(newest.getStage())) {
        rejoins = 0;
        newest = progress;
      }
      began = true;
      tell(attempt.link(), progress);
      if (progress.getPlayable() && !shown) {
        shown = show(attempt);
      }
    }

    private Optional<Outcome> broke(Status status) throws InterruptedException {
      Optional<Outcome> over = overAfter(attempt, status, began, rejoins);
      if (over.isPresent()) {
        return over;
      }
      began = true;
      rejoins++;
      stream.close();
      times.pause().forDuration(REJOIN_AFTER.multipliedBy(rejoins));
      stream = rejoin(attempt);
      return Optional.empty();
    }

    @Override
    public void close() {
      stream.close();
    }
  }

  // An extra, which ends no attempt: with the next progress it is tried again.
  private boolean show(Attempt attempt) {
    try {
      videos.playable(attempt.video(), attempt.job());
      return true;
    } catch (PlatformException later) {
      log.atInfo()
          .addKeyValue("job", attempt.job().id())
          .addKeyValue("reason", later.reason())
          .log("that the video can be played could not be noted; it is tried again");
      return false;
    }
  }

  /** How the attempt ended with its stream; empty if it may still run and can be joined. */
  private static Optional<Outcome> overAfter(
      Attempt attempt, Status status, boolean began, int rejoins) {
    if (!began && status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      return Optional.of(new Outcome.NoCapacity());
    }
    if (status.getCode() != Status.Code.NOT_FOUND && rejoins < MAX_REJOINS) {
      return Optional.empty();
    }
    stop(attempt);
    return Optional.of(lost(status));
  }

  private WorkerStream rejoin(Attempt attempt) {
    Job job = attempt.job();
    return WorkerStream.join(attempt.node(), job.id(), job.attempt(), left(job));
  }

  private static void stop(Attempt attempt) {
    WorkerStream.stop(attempt.node(), attempt.job().id(), attempt.job().attempt());
  }

  private static void tell(AttemptLink link, TranscodeProgress progress) {
    link.progress(
        Math.clamp(progress.getFraction(), 0.0, 1.0),
        progress.getStage(),
        progress.hasRemainingSeconds()
            ? Optional.of(progress.getRemainingSeconds())
            : Optional.empty());
  }

  // A worker's word is not enough: what it says it put must be in the store.
  private Outcome verified(Attempt attempt, TranscodeResult result) {
    Video video = attempt.video();
    String prefix = video.transcode().orElseThrow().prefixOf(attempt.job().attempt());
    if (!pathsAreSafe(result)) {
      return new Outcome.Broken(
          ErrorReason.ERROR_REASON_INTERNAL, "The worker named its files wrongly.");
    }
    StorageApi.PrefixFacts there = storage.measure(video.owner(), video.bucket(), prefix);
    boolean complete =
        there.count() >= result.getFileCount()
            && there.totalBytes() >= result.getTotalBytes()
            && isThere(video, prefix, result.getMasterPath())
            && isThere(video, prefix, result.getPosterPath())
            && isThere(video, prefix, result.getThumbnailsPath());
    return complete
        ? new Outcome.Succeeded(result.toByteArray())
        : new Outcome.Broken(
            ErrorReason.ERROR_REASON_INTERNAL, "Not every file of the result is in the store.");
  }

  private boolean isThere(Video video, String prefix, String path) {
    return path.isEmpty() || storage.head(video.owner(), video.bucket(), prefix + path).isPresent();
  }

  private static boolean pathsAreSafe(TranscodeResult result) {
    return VideoTaskFiles.isSafe(result.getMasterPath())
        && (result.getPosterPath().isEmpty() || VideoTaskFiles.isSafe(result.getPosterPath()))
        && (result.getThumbnailsPath().isEmpty()
            || VideoTaskFiles.isSafe(result.getThumbnailsPath()));
  }

  private static Outcome outcome(TranscodeFailure failure) {
    ErrorReason named = ErrorReasons.ofWireName(failure.getReason());
    ErrorReason reason =
        named == ErrorReason.UNRECOGNIZED ? ErrorReason.ERROR_REASON_INTERNAL : named;
    return failure.getRetryable()
        ? new Outcome.Broken(reason, failure.getMessage())
        : new Outcome.Refused(reason, failure.getMessage());
  }

  private static Outcome outcome(PlatformException failed) {
    return switch (failed.reason()) {
      case ERROR_REASON_STORAGE_EXPIRED,
          ERROR_REASON_STORAGE_NOT_ENABLED,
          ERROR_REASON_QUOTA_EXCEEDED,
          ERROR_REASON_NOT_FOUND ->
          new Outcome.Refused(failed.reason(), failed.sentence());
      default -> new Outcome.Broken(failed.reason(), failed.sentence());
    };
  }

  private static Outcome lost(Status status) {
    return new Outcome.Broken(
        ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
        "The worker lost the attempt (" + status.getCode() + ").");
  }

  private static Outcome notWaiting() {
    return new Outcome.Refused(
        ErrorReason.ERROR_REASON_CONFLICT, "The video does not wait for this job.");
  }

  private Optional<Outcome> checkSource(Video video, Job job) {
    storage.requireActive(video.owner());
    Optional<StorageApi.ObjectFacts> source =
        storage.head(video.owner(), video.bucket(), video.sourceKey());
    if (source.isEmpty()) {
      return Optional.of(
          new Outcome.Refused(
              ErrorReason.ERROR_REASON_VIDEO_NOT_UPLOADED, "The video's file was deleted."));
    }
    long priced = video.transcodeBy(job.id()).orElseThrow().sourceBytes();
    return source.get().sizeBytes() == priced
        ? Optional.empty()
        : Optional.of(
            new Outcome.Refused(
                ErrorReason.ERROR_REASON_UPLOAD_MISMATCH,
                "The video's file was replaced after the transcode was ordered."));
  }

  private TranscodeRequest request(Video video, Job job) {
    Instant deadline = job.deadline();
    return ordered(job).toBuilder()
        .setJobId(job.id().value())
        .setAttempt(job.attempt())
        .setSourceUrl(files.source(video).text())
        .setDeadline(Timestamps.of(deadline))
        .build();
  }

  private static TranscodeRequest ordered(Job job) {
    try {
      return TranscodeRequest.parseFrom(job.payload());
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the payload of " + job.id() + " is damaged", damaged);
    }
  }

  private Duration left(Job job) {
    Duration left = Duration.between(times.clock().instant(), job.deadline());
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }
}
