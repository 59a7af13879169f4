package dev.cloudlet.workers.runtime;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.kernel.error.ErrorMapper;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Signs addresses of one store, after the refusals that a test has put in its way. */
final class ScriptedSigner implements TaskSigner {
  final Queue<StatusRuntimeException> refusals = new ArrayDeque<>();
  private final URI store;
  int asked;

  ScriptedSigner(URI store) {
    this.store = store;
  }

  static StatusRuntimeException refusal(ErrorReason reason) {
    return ErrorMapper.toStatus(new PlatformException(reason, "No."), "req_1");
  }

  private void refuse() {
    asked++;
    StatusRuntimeException refusal = refusals.poll();
    if (refusal != null) {
      throw refusal;
    }
  }

  @Override
  public List<SignedUpload> signUploads(TaskKey task, List<OutputFile> files) {
    refuse();
    return files.stream()
        .map(
            file ->
                SignedUpload.newBuilder()
                    .setPath(file.getPath())
                    .setUrl(store.resolve("/" + file.getPath()).toString())
                    .build())
        .toList();
  }

  @Override
  public URI signDownload(TaskKey task) {
    refuse();
    return store.resolve("/source");
  }
}
