package dev.cloudlet.workers.agent;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.prometheus.PrometheusMeterRegistries;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.ErrorInterceptor;
import dev.cloudlet.kernel.rpc.HttpServer;
import dev.cloudlet.kernel.rpc.PermissionInterceptor;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.ProcessMeters;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.workers.runtime.AttemptBoard;
import dev.cloudlet.workers.runtime.TaskMetrics;
import dev.cloudlet.workers.runtime.TranscodeTasks;
import dev.cloudlet.workers.runtime.WorkFolder;
import dev.cloudlet.workers.transcode.FfmpegTools;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running worker node. {@link #close} drains it. */
public final class WorkerAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerAgent.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final String name;
  private final PrometheusMeterRegistry meters = PrometheusMeterRegistries.newRegistry();
  private final ProcessMeters process = ProcessMeters.of(meters);
  private final Tracing tracing;
  private final NodeStanding standing = new NodeStanding();
  private final AttemptBoard board;
  private final ServerCalls calls;
  private final Server server;
  private final Membership membership;
  private final Thread member;
  private final HttpClient http;

  private WorkerAgent(WorkerConfig config, InstantSource clock) {
    this.config = config;
    Nudges nudges = new Nudges();
    TimeOrderedIds ids = TimeOrderedIds.secure(clock);
    InstanceId instance = new InstanceId(ids.next(InstanceId.PREFIX));
    this.tracing = Tracing.ofWorker(config.telemetry(), instance.value());
    this.board = new AttemptBoard(config.slots(), clock, nudges::slotFreed);
    this.calls = new ServerCalls(config.server(), config.authorities());
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    ServerKeys keys = new ServerKeys(clock, nudges::unknownKey);
    this.server = serve(guarded(new TranscodeService(board, tasks(clock)), keys, ids));
    this.name = config.nameOn(hostName(), server.activeLocalPort());
    Membership.Identity identity =
        new Membership.Identity(
            instance, name, config.address(server.activeLocalPort()), version());
    this.membership =
        new Membership(
            calls, keys, board, Membership.request(config, identity), clock, nudges, standing);
    this.member = Thread.ofVirtual().name("worker-membership").start(this::keepMembership);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      log.atWarn().setCause(e).log("this host has no name");
      return "worker";
    }
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
    return new TranscodeTasks(folder, tools, calls, http, clock, threads, new TaskMetrics(meters));
  }

  private ServerServiceDefinition guarded(
      BindableService service, ServerKeys keys, TimeOrderedIds ids) {
    // The chain of the server, less limits and idempotency: only the server calls, and attempts
    // are idempotent by their number.
    return ServerInterceptors.interceptForward(
        service,
        new CallInterceptor(ids, new CallMetrics(meters), tracing),
        new ErrorInterceptor(),
        new AuthenticationInterceptor(keys),
        new PermissionInterceptor(),
        new ValidationInterceptor());
  }

  private Server serve(ServerServiceDefinition guarded) {
    measure();
    ServerBuilder builder =
        HttpServer.builder()
            .requestTimeout(Duration.ZERO)
            .maxRequestLength(1L << 20)
            .service(
                GrpcService.builder()
                    .addService(guarded)
                    .addService(standing.grpc())
                    .useBlockingTaskExecutor(true)
                    .build());
    new WorkerMetrics(config.metricsToken()).route(builder, meters.getPrometheusRegistry());
    standing.routes(builder);
    listen(builder);
    Server made = builder.build();
    made.start().join();
    return made;
  }

  private void measure() {
    Gauge.builder("cloudlet.worker.slots", config::slots)
        .description("Pieces of work that this node takes at once")
        .register(meters);
    Gauge.builder("cloudlet.worker.slots.free", board::freeSlots)
        .description("Slots without work; none while the node takes no more")
        .register(meters);
    Gauge.builder("cloudlet.worker.attempts.running", this::running)
        .description("Attempts that run on this node")
        .register(meters);
    Gauge.builder("cloudlet.worker.ready", () -> standing.isReady() ? 1 : 0)
        .description("Whether the server has admitted this node, hears it and may give it work")
        .register(meters);
    Gauge.builder("cloudlet.worker.disk.free", this::freeDisk)
        .description("Room for attempts in the work folder")
        .baseUnit("bytes")
        .register(meters);
  }

  private double freeDisk() {
    return config.workFolder().toFile().getUsableSpace();
  }

  private void listen(ServerBuilder builder) {
    SessionProtocol protocol = SessionProtocol.HTTP;
    if (config.certificate().isPresent()) {
      protocol = SessionProtocol.HTTPS;
      builder.tls(
          TlsKeyPair.of(
              config.privateKey().orElseThrow().toFile(), config.certificate().get().toFile()));
    }
    builder.port(new ServerPort(bindAddress(), protocol));
  }

  // A node that is only called from its own machine is not reachable from another one.
  private InetSocketAddress bindAddress() {
    try {
      InetAddress host = InetAddress.getByName(config.host());
      if (host.isLoopbackAddress()) {
        return new InetSocketAddress(host, config.port());
      }
    } catch (UnknownHostException e) {
      log.atWarn().addKeyValue("advertise", config.advertise()).log("name not known here");
    }
    return new InetSocketAddress(config.port());
  }

  private static String version() {
    return Optional.ofNullable(WorkerAgent.class.getPackage().getImplementationVersion())
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
    return standing.awaitAdmitted(patience);
  }

  /** The name in the fleet, configured or made. */
  public String name() {
    return name;
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
    standing.leaving();
    try {
      board.drain(config.drain());
      member.interrupt();
      member.join(STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      member.interrupt();
    }
    if (standing.wasAdmitted()) {
      signOff();
    }
    server.stop().join();
    http.close();
    calls.close();
    process.close();
    meters.close();
    tracing.close();
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
