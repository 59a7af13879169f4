package dev.cloudlet.video;

import dev.cloudlet.jobs.JobId;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Videos in memory, for tests. Guarded by its monitor. */
final class InMemoryVideoStore implements VideoStore {
  private static final Set<Video.State> IDLE =
      EnumSet.of(Video.State.UPLOADED, Video.State.READY, Video.State.FAILED);

  private final TreeMap<String, Video> videos = new TreeMap<>();

  @Override
  public synchronized boolean insert(Video video) {
    return videos.putIfAbsent(video.id().value(), video) == null;
  }

  @Override
  public synchronized Optional<Video> find(VideoId id) {
    return Optional.ofNullable(videos.get(id.value()));
  }

  @Override
  public synchronized List<Video> list(AccountId owner, Optional<VideoId> after, int limit) {
    return videos.descendingMap().values().stream()
        .filter(video -> video.owner().equals(owner))
        .filter(video -> after.isEmpty() || video.id().value().compareTo(after.get().value()) < 0)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized boolean uploaded(VideoId id, long sourceBytes) {
    return change(
        id,
        v -> v.state() == Video.State.AWAITING_UPLOAD,
        v -> moved(v, Video.State.UPLOADED, sourceBytes, Optional.empty()));
  }

  @Override
  public synchronized boolean claim(VideoId id, Video.Transcode transcode) {
    return change(
        id,
        v -> IDLE.contains(v.state()) && v.transcode().isEmpty(),
        v -> moved(v, Video.State.TRANSCODING, transcode.sourceBytes(), Optional.of(transcode)));
  }

  @Override
  public synchronized boolean unclaim(VideoId id, Video.Transcode transcode) {
    return change(
        id,
        v -> v.transcodeBy(transcode.jobId()).filter(t -> !t.submitted()).isPresent(),
        v -> moved(v, transcode.before(), v.sourceBytes(), Optional.empty()));
  }

  @Override
  public synchronized boolean submitted(VideoId id, JobId job) {
    return mark(id, job, t -> true, t -> marked(t, true, t.playable()));
  }

  @Override
  public synchronized boolean playable(VideoId id, JobId job, int attempt) {
    return mark(
        id,
        job,
        t -> t.playable().isEmpty() || t.playable().get() < attempt,
        t -> marked(t, t.submitted(), Optional.of(attempt)));
  }

  @Override
  public synchronized boolean startedAgain(VideoId id, JobId job) {
    return mark(
        id, job, t -> t.playable().isPresent(), t -> marked(t, t.submitted(), Optional.empty()));
  }

  // Changes nothing but the transcode.
  private boolean mark(
      VideoId id,
      JobId job,
      Predicate<Video.Transcode> condition,
      UnaryOperator<Video.Transcode> change) {
    return change(
        id,
        v -> v.transcodeBy(job).filter(condition).isPresent(),
        v -> moved(v, v.state(), v.sourceBytes(), v.transcode().map(change)));
  }

  private static Video.Transcode marked(
      Video.Transcode t, boolean submitted, Optional<Integer> playable) {
    return new Video.Transcode(
        t.jobId(),
        t.holdId(),
        t.costMinor(),
        t.sourceBytes(),
        t.heights(),
        t.outputBase(),
        submitted,
        t.claimTime(),
        t.before(),
        playable);
  }

  @Override
  public synchronized boolean finish(VideoId id, JobId job, Ending ending) {
    return change(
        id,
        v -> v.transcodeBy(job).isPresent(),
        v ->
            new Video(
                v.id(),
                v.owner(),
                v.fileName(),
                ending.state(),
                v.bucket(),
                v.sourceKey(),
                v.uploadId(),
                v.sourceBytes(),
                Optional.empty(),
                ending.output().or(v::output),
                Optional.of(job),
                ending.failure(),
                v.revision() + 1,
                v.createTime()));
  }

  @Override
  public synchronized List<Video> stuckClaims(Instant before, Optional<VideoId> after, int limit) {
    return videos.values().stream()
        .sorted(Comparator.comparing(v -> v.id().value()))
        .filter(v -> after.map(id -> v.id().value().compareTo(id.value()) > 0).orElse(true))
        .filter(
            v ->
                v.transcode()
                    .filter(t -> !t.submitted() && t.claimTime().isBefore(before))
                    .isPresent())
        .limit(limit)
        .toList();
  }

  private boolean change(VideoId id, Predicate<Video> condition, UnaryOperator<Video> change) {
    Optional<Video> found = find(id).filter(condition);
    found.ifPresent(video -> videos.put(id.value(), change.apply(video)));
    return found.isPresent();
  }

  private static Video moved(
      Video v, Video.State state, long sourceBytes, Optional<Video.Transcode> transcode) {
    return new Video(
        v.id(),
        v.owner(),
        v.fileName(),
        state,
        v.bucket(),
        v.sourceKey(),
        v.uploadId(),
        sourceBytes,
        transcode,
        v.output(),
        v.lastJobId(),
        v.failure(),
        v.revision() + 1,
        v.createTime());
  }
}
