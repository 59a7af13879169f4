package dev.cloudlet.video;

import dev.cloudlet.api.fleet.v1.NodeRole;
import dev.cloudlet.api.worker.v1.AttachTranscodeRequest;
import dev.cloudlet.api.worker.v1.AttachTranscodeResponse;
import dev.cloudlet.api.worker.v1.CancelTranscodeRequest;
import dev.cloudlet.api.worker.v1.CancelTranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeFailure;
import dev.cloudlet.api.worker.v1.TranscodeProgress;
import dev.cloudlet.api.worker.v1.TranscodeRequest;
import dev.cloudlet.api.worker.v1.TranscodeResponse;
import dev.cloudlet.api.worker.v1.TranscodeResult;
import dev.cloudlet.api.worker.v1.TranscodeServiceGrpc;
import dev.cloudlet.fleet.FleetApi;
import dev.cloudlet.jobs.JobHandler.AttemptLink;
import dev.cloudlet.kernel.id.NodeId;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The handler of transcodes with one node that answers as each test says. */
final class WorkerFixture {
  final ScriptedWorker worker = new ScriptedWorker();
  final Link link = new Link();
  final AtomicInteger slots = new AtomicInteger(1);
  final AtomicInteger released = new AtomicInteger();
  final TranscodeJobHandler handler;
  private final VideoFixture world;
  private final Server server;
  private final ManagedChannel channel;

  WorkerFixture(VideoFixture world) {
    String name = InProcessServerBuilder.generateName();
    try {
      server = InProcessServerBuilder.forName(name).addService(worker).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
    this.world = world;
    handler = handler(Duration.ofSeconds(10));
  }

  /** The handler with a patience of its own for workers that say nothing. */
  TranscodeJobHandler handler(Duration silence) {
    return new TranscodeJobHandler(
        world.videos,
        world.storage,
        new OneNode(),
        world.files,
        world.end,
        new TranscodeJobHandler.Times(world.world.clock, duration -> {}, silence),
        (failed, next, hold) -> {
          throw new UnsupportedOperationException("nobody retries here");
        });
  }

  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  static TranscodeResponse progress(double fraction) {
    return TranscodeResponse.newBuilder()
        .setProgress(TranscodeProgress.newBuilder().setFraction(fraction).setStage("transcoding"))
        .build();
  }

  static TranscodeResponse done(TranscodeResult result) {
    return TranscodeResponse.newBuilder().setResult(result).build();
  }

  static TranscodeResponse failure(String reason, boolean retryable) {
    return TranscodeResponse.newBuilder()
        .setFailure(
            TranscodeFailure.newBuilder()
                .setReason(reason)
                .setMessage("why")
                .setRetryable(retryable))
        .build();
  }

  static final class Link implements AttemptLink {
    final List<Double> progress = new ArrayList<>();
    final List<String> nodes = new ArrayList<>();
    volatile boolean handedOver;

    @Override
    public void progress(double fraction, String stage, Optional<Long> remainingSeconds) {
      progress.add(fraction);
    }

    @Override
    public void runsOn(NodeId nodeId) {
      nodes.add(nodeId.value());
    }

    @Override
    public boolean isHandedOver() {
      return handedOver;
    }
  }

  private final class OneNode implements FleetApi {
    @Override
    public Optional<Reservation> reserve(NodeRole role) {
      if (slots.get() == 0) {
        return Optional.empty();
      }
      return Optional.of(
          new Reservation() {
            @Override
            public WorkerNode node() {
              return new WorkerNode(new NodeId("nod_1"), channel);
            }

            @Override
            public void close() {
              released.incrementAndGet();
            }
          });
    }

    @Override
    public Optional<WorkerNode> find(NodeId nodeId) {
      return Optional.of(new WorkerNode(nodeId, channel));
    }
  }

  /** A real gRPC service that answers as each test says. */
  static final class ScriptedWorker extends TranscodeServiceGrpc.TranscodeServiceImplBase {
    final List<TranscodeRequest> asked = new CopyOnWriteArrayList<>();
    final List<CancelTranscodeRequest> cancelled = new CopyOnWriteArrayList<>();
    final Queue<Consumer<StreamObserver<AttachTranscodeResponse>>> attach = new ArrayDeque<>();
    volatile Consumer<StreamObserver<TranscodeResponse>> transcode = out -> {};

    @Override
    public void transcode(TranscodeRequest request, StreamObserver<TranscodeResponse> out) {
      asked.add(request);
      transcode.accept(out);
    }

    @Override
    public void attachTranscode(
        AttachTranscodeRequest request, StreamObserver<AttachTranscodeResponse> out) {
      attach.remove().accept(out);
    }

    @Override
    public void cancelTranscode(
        CancelTranscodeRequest request, StreamObserver<CancelTranscodeResponse> out) {
      cancelled.add(request);
      out.onNext(CancelTranscodeResponse.getDefaultInstance());
      out.onCompleted();
    }
  }
}
