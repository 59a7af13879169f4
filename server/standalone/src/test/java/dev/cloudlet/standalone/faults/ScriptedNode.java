package dev.cloudlet.standalone.faults;

import dev.cloudlet.api.fleet.v1.DeregisterNodeRequest;
import dev.cloudlet.api.fleet.v1.HeartbeatRequest;
import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.fleet.v1.NodeServiceGrpc;
import dev.cloudlet.api.fleet.v1.OutputFile;
import dev.cloudlet.api.fleet.v1.RegisterNodeRequest;
import dev.cloudlet.api.fleet.v1.RegisterNodeResponse;
import dev.cloudlet.api.fleet.v1.SignUploadsRequest;
import dev.cloudlet.api.fleet.v1.SignedUpload;
import dev.cloudlet.api.fleet.v1.TaskServiceGrpc;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeFailure;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A registered node that encodes nothing: an attempt ends at once with one file that it stored, is
 * refused, or runs until somebody cancels it.
 */
final class ScriptedNode extends TranscodeServiceGrpc.TranscodeServiceImplBase
    implements AutoCloseable {
  private static final String MASTER = "master.m3u8";
  private static final String PLAYLIST = "#EXTM3U\n";

  private final Replica server;
  private final Server listener;
  private final RegisterNodeResponse admitted;
  private final Does does;
  private final CompletableFuture<TranscodeRequest> asked = new CompletableFuture<>();

  /** What becomes of attempts. */
  enum Does {
    NOTHING,
    THE_WORK,
    REFUSE
  }

  ScriptedNode(Replica server, Does does) {
    this.server = server;
    this.does = does;
    try {
      listener =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .addService(this)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    admitted =
        server.ask(
            NodeServiceGrpc.getRegisterNodeMethod(),
            registration(listener.getPort()),
            Optional.empty());
    server.ask(
        NodeServiceGrpc.getHeartbeatMethod(),
        HeartbeatRequest.newBuilder().setFreeSlots(8).build(),
        token());
  }

  /** A node that nobody has met yet. */
  static RegisterNodeRequest registration(int port) {
    String id = UUID.randomUUID().toString().substring(0, 13);
    return RegisterNodeRequest.newBuilder()
        .setJoinToken(SharedParts.JOIN_TOKEN.reveal())
        .setName("n-" + id)
        .setInstance("ins_" + id.replace("-", ""))
        .setAddress("127.0.0.1:" + port)
        .addRoles(NodeRole.NODE_ROLE_TRANSCODE)
        .setSlots(8)
        .setVersion("test")
        .build();
  }

  Optional<String> token() {
    return Optional.of(admitted.getNodeToken());
  }

  /** The first attempt that it was asked for. */
  TranscodeRequest asked() {
    return asked.orTimeout(20, TimeUnit.SECONDS).join();
  }

  static SignUploadsRequest signing(TranscodeRequest attempt) {
    return SignUploadsRequest.newBuilder()
        .setJobId(attempt.getJobId())
        .setAttempt(attempt.getAttempt())
        .addFiles(
            OutputFile.newBuilder()
                .setPath(MASTER)
                .setSizeBytes(PLAYLIST.length())
                .setContentType("application/vnd.apple.mpegurl"))
        .build();
  }

  @Override
  public void transcode(TranscodeRequest request, StreamObserver<TranscodeResponse> observer) {
    asked.complete(request);
    switch (does) {
      case NOTHING -> {}
      case THE_WORK -> work(request, observer);
      case REFUSE -> {
        observer.onNext(
            TranscodeResponse.newBuilder()
                .setFailure(
                    TranscodeFailure.newBuilder()
                        .setReason("MEDIA_CORRUPT")
                        .setMessage("The file is damaged."))
                .build());
        observer.onCompleted();
      }
    }
  }

  private void work(TranscodeRequest request, StreamObserver<TranscodeResponse> observer) {
    SignedUpload file =
        server.ask(TaskServiceGrpc.getSignUploadsMethod(), signing(request), token()).getUploads(0);
    Keeper.put(file.getUrl(), file.getHeadersMap(), PLAYLIST);
    observer.onNext(
        TranscodeResponse.newBuilder()
            .setResult(
                TranscodeResult.newBuilder()
                    .setMasterPath(MASTER)
                    .setFileCount(1)
                    .setTotalBytes(PLAYLIST.length()))
            .build());
    observer.onCompleted();
  }

  @Override
  public void cancelTranscode(
      CancelTranscodeRequest request, StreamObserver<CancelTranscodeResponse> observer) {
    observer.onNext(CancelTranscodeResponse.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void close() {
    server.ask(
        NodeServiceGrpc.getDeregisterNodeMethod(),
        DeregisterNodeRequest.getDefaultInstance(),
        token());
    listener.shutdownNow();
  }
}
