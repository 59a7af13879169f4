package dev.cloudlet.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cloudlet.api.jobs.v1.Job;
import dev.cloudlet.api.jobs.v1.JobState;
import dev.cloudlet.api.video.v1.Video;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.kernel.telemetry.TelemetryConfig;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.JobHandle;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.fault.FaultProxy;
import dev.cloudlet.testkit.fault.Framing;
import dev.cloudlet.workers.agent.WorkerAgent;
import dev.cloudlet.workers.agent.WorkerConfig;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers and three workers on one database, each restarted in its turn as an orchestrator does
 * it, under customers whose client repeats what may be repeated: none of them sees a failure, and
 * no transcode begins anew because a server went.
 */
class RollingRestartTest {
  private static final int WORKERS = 3;
  private static final int CALLERS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path folder;

  private SharedParts parts;
  private Replica first;
  private Replica second;
  private FaultProxy balancer;
  private final List<WorkerAgent> workers = new ArrayList<>();
  private final AtomicBoolean enough = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();

  @BeforeEach
  void start() {
    parts =
        new SharedParts(
            TestPart.EMBEDDED,
            InstantSource.system(),
            Duration.ofSeconds(10),
            "--jobs.lease=2s",
            "--jobs.renew-every=500ms",
            "--jobs.sweep-every=500ms",
            "--jobs.backoff.first=200ms");
    first = parts.server(parts.direct());
    parts.startStore(() -> first.platform().storage());
    first.platform().start();
    second = started();
    balancer = FaultProxy.to(first.address().getPort(), Framing.PIECES);
    for (int i = 0; i < WORKERS; i++) {
      workers.add(worker(i));
    }
  }

  @AfterEach
  void stop() {
    workers.forEach(WorkerAgent::close);
    first.close();
    second.close();
    balancer.close();
    parts.close();
  }

  private Replica started() {
    Replica replica = parts.server(parts.direct());
    replica.platform().start();
    return replica;
  }

  private String address() {
    return "http://127.0.0.1:" + balancer.port();
  }

  private WorkerAgent worker(int number) {
    return WorkerAgent.start(
        new WorkerConfig(
            URI.create(address()),
            SharedParts.JOIN_TOKEN,
            Optional.of("worker-" + number),
            "127.0.0.1:0",
            1,
            folder.resolve("work-" + number),
            Duration.ofMillis(500),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            LogConfig.standard(),
            TelemetryConfig.off()));
  }

  private static Path film() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(path -> Files.isExecutable(Path.of(path, "ffmpeg"))),
        "ffmpeg is not on the PATH, so there is no video to transcode");
    Path film = folder.resolve("film.mp4");
    Process made =
        new ProcessBuilder(
                "ffmpeg",
                "-v",
                "error",
                "-nostdin",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=1280x720:r=30:d=12",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p",
                film.toString())
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    return film;
  }

  @Test
  void nobodySeesARestart() throws Exception {
    Path film = film();
    Actor keeper = Keeper.register(first);
    try (Cloudlet cloudlet = Cloudlet.connect(address());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Cloudlet customer = cloudlet.withToken(keeper.token().orElseThrow());
      List<JobHandle> jobs = begun(customer, film);
      List<Future<Job>> ends =
          jobs.stream().map(job -> threads.submit(() -> job.await(PATIENCE))).toList();
      List<Future<Void>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        callers.add(threads.submit(() -> callUntilEnough(customer)));
      }
      try {
        Awaitility.await("every worker works")
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(50))
            .until(() -> workers.stream().allMatch(worker -> worker.running() == 1));
        restartServers();
        for (JobHandle job : jobs) {
          assertThat(job.get().getAttempt()).as("handed over, not begun anew").isEqualTo(1);
        }
        restartWorkers();
        for (Future<Job> end : ends) {
          assertThat(end.get().getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
        }
      } finally {
        enough.set(true);
      }
      for (Future<Void> caller : callers) {
        caller.get();
      }
      assertThat(calls.get()).isGreaterThan(CALLERS * 10);
      assertThat(customer.wallet().balance().held()).isEqualTo(Coins.ZERO);
      assertThat(customer.wallet().conservation().conserved()).isTrue();
    }
  }

  private static List<JobHandle> begun(Cloudlet customer, Path film) throws Exception {
    List<JobHandle> jobs = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Video video = customer.videos().upload(film);
      jobs.add(customer.videos().transcode(video.getId()));
    }
    return jobs;
  }

  // A read and a write at a time, of which none may fail.
  private Void callUntilEnough(Cloudlet customer) {
    while (!enough.get()) {
      String order = customer.payments().createOrder(Coins.of(1)).getId();
      assertThat(customer.payments().order(order).getId()).isEqualTo(order);
      calls.addAndGet(2);
    }
    return null;
  }

  private void restartServers() {
    balancer.turn(second.address().getPort());
    first.close();
    first = started();
    balancer.turn(first.address().getPort());
    second.close();
    second = started();
  }

  private void restartWorkers() throws InterruptedException {
    for (int i = 0; i < WORKERS; i++) {
      workers.get(i).close();
      workers.set(i, worker(i));
      assertThat(workers.get(i).awaitRegistered(PATIENCE)).isTrue();
    }
  }
}
