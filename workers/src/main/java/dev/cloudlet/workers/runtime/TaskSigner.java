package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import java.net.URI;
import java.util.List;

/** Asks the server to sign what an attempt needs. Failures are gRPC statuses. */
public interface TaskSigner {
  /** Presigned PUTs for at most 200 files, in their order. */
  List<SignedUpload> signUploads(TaskKey task, List<OutputFile> files);

  /** A fresh presigned GET of the input. */
  URI signDownload(TaskKey task);
}
