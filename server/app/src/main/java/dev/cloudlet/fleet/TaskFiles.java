package dev.cloudlet.fleet;

import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.kernel.blob.SignedUrl;
import java.util.List;

/**
 * Signs what a worker needs for the attempt it runs; implemented for each kind of job by the
 * capability that owns it. Called only for the job's current attempt, by the node that runs it.
 */
public interface TaskFiles {
  /** Presigned PUTs under the attempt's own prefix, in the order of {@code files} (at most 200). */
  List<SignedUpload> signUploads(Job job, List<OutputFile> files);

  /** Presigned GET of the job's input. */
  SignedUrl signDownload(Job job);
}
