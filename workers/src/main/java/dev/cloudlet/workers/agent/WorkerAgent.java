package dev.cloudlet.workers.agent;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.ErrorInterceptor;
import dev.cloudlet.kernel.rpc.PermissionInterceptor;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.workers.runtime.AttemptBoard;
import dev.cloudlet.workers.runtime.TranscodeTasks;
import dev.cloudlet.workers.runtime.WorkFolder;
import dev.cloudlet.workers.transcode.FfmpegTools;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running worker node. {@link #close} drains it. */
public final class WorkerAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerAgent.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final AttemptBoard board;
  private final ServerCalls calls;
  private final Server server;
  private final Membership membership;
  private final Thread member;
  private final HttpClient http;

  private WorkerAgent(WorkerConfig config, InstantSource clock) {
    this.config = config;
    Semaphore wake = new Semaphore(0);
    AtomicBoolean keysAreOld = new AtomicBoolean();
    this.board = new AttemptBoard(config.slots(), clock, wake::release);
    this.calls = new ServerCalls(config.server());
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    ServerKeys keys =
        new ServerKeys(
            clock,
            () -> {
              keysAreOld.set(true);
              wake.release();
            });
    this.server = serve(new TranscodeService(board, tasks(clock)), keys, clock);
    String address = config.host() + ':' + server.activeLocalPort();
    this.membership =
        new Membership(
            calls,
            keys,
            board,
            Membership.request(config, address, version()),
            clock,
            wake,
            keysAreOld);
    this.member = Thread.ofVirtual().name("worker-membership").start(this::keepMembership);
  }

  /**
   * Starts the node: cleans the work folder, finds its tools, listens, and registers in the
   * background for as long as it takes.
   *
   * @throws FfmpegTools.ToolsMissingException if there is no usable ffmpeg
   */
  public static WorkerAgent start(WorkerConfig config) {
    return start(config, InstantSource.system());
  }

  /** The same under the platform's own clock. */
  public static WorkerAgent start(WorkerConfig config, InstantSource clock) {
    return new WorkerAgent(config, clock);
  }

  private TranscodeTasks tasks(InstantSource clock) {
    WorkFolder folder = WorkFolder.open(config.workFolder());
    FfmpegTools tools =
        FfmpegTools.locate(
            new FfmpegTools.Settings(config.ffmpeg(), config.ffprobe(), folder.tools()));
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors() / config.slots(), 1, 64);
    return new TranscodeTasks(folder, tools, calls, http, clock, threads);
  }

  private Server serve(BindableService service, ServerKeys keys, InstantSource clock) {
    // The chain of the server, less limits and idempotency: only the server calls, and attempts
    // are idempotent by their number.
    ServerServiceDefinition guarded =
        ServerInterceptors.interceptForward(
            service,
            new CallInterceptor(
                TimeOrderedIds.secure(clock), new CallMetrics(new SimpleMeterRegistry())),
            new ErrorInterceptor(),
            new AuthenticationInterceptor(keys),
            new PermissionInterceptor(),
            new ValidationInterceptor());
    ServerBuilder builder =
        Server.builder()
            .requestTimeout(Duration.ZERO)
            .maxRequestLength(1L << 20)
            .service(
                GrpcService.builder().addService(guarded).useBlockingTaskExecutor(true).build());
    listen(builder);
    Server made = builder.build();
    made.start().join();
    return made;
  }

  // A node that is only called from its own machine is not reachable from another one.
  private void listen(ServerBuilder builder) {
    try {
      InetAddress host = InetAddress.getByName(config.host());
      if (host.isLoopbackAddress()) {
        builder.http(new InetSocketAddress(host, config.port()));
        return;
      }
    } catch (UnknownHostException e) {
      log.atWarn().addKeyValue("advertise", config.advertise()).log("name not known here");
    }
    builder.http(config.port());
  }

  private static String version() {
    return java.util.Optional.ofNullable(WorkerAgent.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private void keepMembership() {
    try {
      membership.loop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the server has admitted this node within {@code patience}. */
  public boolean awaitRegistered(Duration patience) throws InterruptedException {
    return membership.awaitRegistered(patience);
  }

  /** The port on which it listens. */
  public int port() {
    return server.activeLocalPort();
  }

  /** Attempts that run now. */
  public int running() {
    return board.running().size();
  }

  /**
   * Takes no more work, lets what runs come to its end within the configured time, hands the rest
   * back, signs off and stops.
   */
  @Override
  public void close() {
    try {
      board.drain(config.drain());
      member.interrupt();
      member.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      member.interrupt();
    }
    if (membership.isRegistered()) {
      signOff();
    }
    server.stop().join();
    http.close();
  }

  private void signOff() {
    try {
      calls.deregister();
    } catch (StatusRuntimeException e) {
      log.atWarn()
          .addKeyValue("status", e.getStatus().getCode())
          .log("not signed off; the server will notice the silence");
    }
  }
}
