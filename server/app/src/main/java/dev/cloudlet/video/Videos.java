package dev.cloudlet.video;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.storage.StorageApi;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Videos and their files. */
final class Videos {
  static final String DEFAULT_BUCKET = "videos";

  private final VideoStore store;
  private final StorageApi storage;
  private final Leftovers leftovers;
  private final Signals signals;
  private final InstantSource clock;

  Videos(
      VideoStore store,
      StorageApi storage,
      Leftovers leftovers,
      Signals signals,
      InstantSource clock) {
    this.store = store;
    this.storage = storage;
    this.leftovers = leftovers;
    this.signals = signals;
    this.clock = clock;
  }

  /** A new video and the ticket for its file. */
  record Created(Video video, StorageApi.Upload upload) {}

  /** The file that is to come. */
  record File(String name, long sizeBytes, String contentType) {}

  /** Signalled when the video changed. */
  static String topic(VideoId id) {
    return "video:" + id;
  }

  /** Makes a video; run again with the same ids it gives the same one. */
  Created create(AccountId owner, File file, Optional<String> wanted, IdSource ids) {
    VideoId id = new VideoId(ids.next(VideoId.PREFIX));
    String bucket = wanted.orElse(DEFAULT_BUCKET);
    if (wanted.isEmpty()) {
      storage.ensureBucket(owner, bucket);
    }
    String key = "source/" + id + '/' + StorageApi.safeName(file.name());
    // The ticket first: without its video it ends by itself, a video without ticket would be stuck.
    StorageApi.Upload upload =
        storage.createUpload(owner, bucket, key, file.sizeBytes(), file.contentType(), ids);
    store.insert(
        new Video(
            id,
            owner,
            file.name(),
            Video.State.AWAITING_UPLOAD,
            bucket,
            key,
            upload.uploadId(),
            0,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1,
            clock.instant()));
    return new Created(get(owner, id), upload);
  }

  /** Measures the uploaded file; safe to repeat. */
  Video complete(AccountId owner, VideoId id) {
    Video video = get(owner, id);
    if (video.state() == Video.State.AWAITING_UPLOAD) {
      StorageApi.ObjectFacts facts = storage.completeUpload(owner, video.uploadId());
      if (store.uploaded(id, facts.sizeBytes())) {
        changed(id);
      }
    }
    return get(owner, id);
  }

  /** The owner's video, or NOT_FOUND. */
  Video get(AccountId owner, VideoId id) {
    return store
        .find(id)
        .filter(video -> video.owner().equals(owner))
        .orElseThrow(() -> PlatformException.notFound("video", id.value()));
  }

  List<Video> list(AccountId owner, Optional<VideoId> after, int limit) {
    return store.list(owner, after, limit);
  }

  /** What can be played, or VIDEO_NOT_READY. */
  Video.Output playable(Video video) {
    return video
        .playable()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_VIDEO_NOT_READY,
                    "Nothing of the video can be played yet. Start a transcode, or wait for its beginning."));
  }

  /** The video, if it waits for this job. */
  Optional<Video> waitingFor(Job job) {
    return store
        .find(new VideoId(job.subject()))
        .filter(video -> video.owner().equals(job.owner()))
        .filter(video -> video.transcodeBy(job.id()).isPresent());
  }

  /** The beginning of the job's present attempt can be played. */
  void playable(Video video, Job job) {
    if (store.playable(video.id(), job.id(), job.attempt())) {
      changed(video.id());
    }
  }

  /**
   * The job has another attempt: what an earlier one stored goes now and not with the job's end, so
   * that it takes no room from what is to come.
   */
  void startedAgain(Video video, Job job) {
    Video.Transcode running = video.transcodeBy(job.id()).orElseThrow();
    Optional<Integer> earlier = running.playable().filter(attempt -> attempt < job.attempt());
    if (earlier.isPresent()) {
      leftovers.attempt(video, running.prefixOf(earlier.get()));
      if (store.startedAgain(video.id(), job.id())) {
        changed(video.id());
      }
    }
  }

  /** Wakes who watches the video. */
  void changed(VideoId id) {
    signals.signal(topic(id));
  }
}
