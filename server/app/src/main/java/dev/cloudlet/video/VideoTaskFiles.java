package dev.cloudlet.video;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.fleet.TaskFiles;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.kernel.blob.SignedUrl;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.storage.StorageApi;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Signs what the node that runs a transcode needs: the source, and outputs below the prefix of that
 * attempt, so that an attempt that lost can never write over the one that won.
 */
final class VideoTaskFiles implements TaskFiles {
  /** The playlist to open, below an attempt's prefix. */
  static final String MASTER = "master.m3u8";

  /** Below it the playlists of an attempt that still runs lie, under the paths of finished ones. */
  static final String GROWING = "growing/";

  static final Duration UPLOAD_TTL = Duration.ofHours(1);
  private static final Duration DOWNLOAD_TTL = Duration.ofHours(6);
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3}");
  private static final int MAX_PATH = 200;

  private final Videos videos;
  private final StorageApi storage;

  VideoTaskFiles(Videos videos, StorageApi storage) {
    this.videos = videos;
    this.storage = storage;
  }

  @Override
  public List<SignedUpload> signUploads(Job job, List<OutputFile> files) {
    Video video = claimed(job);
    String prefix = video.transcode().orElseThrow().prefixOf(job.attempt());
    List<StorageApi.NewObject> objects =
        files.stream()
            .map(
                file ->
                    new StorageApi.NewObject(
                        prefix + requireSafe(file.getPath()),
                        file.getSizeBytes(),
                        file.getContentType()))
            .toList();
    List<StorageApi.SignedPut> puts =
        storage.presignPuts(video.owner(), video.bucket(), objects, UPLOAD_TTL);
    return IntStream.range(0, files.size())
        .mapToObj(
            i ->
                SignedUpload.newBuilder()
                    .setPath(files.get(i).getPath())
                    .setUrl(puts.get(i).url().text())
                    .putAllHeaders(puts.get(i).headers())
                    .build())
        .toList();
  }

  @Override
  public SignedUrl signDownload(Job job) {
    return source(claimed(job));
  }

  SignedUrl source(Video video) {
    return storage.presignGet(video.owner(), video.bucket(), video.sourceKey(), DOWNLOAD_TTL);
  }

  private Video claimed(Job job) {
    return videos
        .waitingFor(job)
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_ATTEMPT_SUPERSEDED,
                    "The video does not wait for this job."));
  }

  /** Whether a worker may name a file so: relative, without dot segments. */
  static boolean isSafe(String path) {
    return path.length() <= MAX_PATH && PATH.matcher(path).matches();
  }

  private static String requireSafe(String path) {
    if (!isSafe(path)) {
      throw PlatformException.invalidField(
          "files.path", "output_path", "An output path is relative and has no dot segments.");
    }
    return path;
  }
}
