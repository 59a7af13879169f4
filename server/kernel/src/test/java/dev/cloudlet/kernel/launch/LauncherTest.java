package dev.cloudlet.kernel.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.telemetry.LogConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LauncherTest {
  private static final String PLANTED = "planted-7f3a9";

  record Config(
      @Key(value = "8080", doc = "the port") int port,
      @Key(value = "", doc = "what nobody may read") Secret secret,
      @Key(doc = "logging") LogConfig log) {}

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<Thread> atExit = new ArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private record Fake(Function<Config, Program.Running> starts) implements Program<Config> {
    @Override
    public Class<Config> config() {
      return Config.class;
    }

    @Override
    public LogConfig log(Config config) {
      return config.log();
    }

    @Override
    public Running start(Config config) {
      return starts.apply(config);
    }
  }

  private int run(Function<Config, Program.Running> starts, String... arguments) {
    return new Launcher(Map.of(), new PrintStream(out), new PrintStream(err), atExit::add)
        .run(new Fake(starts), List.of(arguments));
  }

  private int failing(RuntimeException failure, String... arguments) {
    return run(
        config -> {
          throw failure;
        },
        arguments);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Program.Running running() {
    return new Program.Running() {
      @Override
      public void greet(PrintStream to) {
        to.println("hello");
      }

      @Override
      public void close() {
        closed.countDown();
      }
    };
  }

  @Test
  void helpNamesEveryKeyAndStartsNothing() {
    int code = failing(new MustNotStart(), "--help");
    assertThat(code).isEqualTo(Launcher.DONE);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("--port", "8080", "the port");
  }

  private static final class MustNotStart extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aConfigurationThatCantBeUsedIsToldWithEveryProblem() {
    assertThat(failing(new MustNotStart(), "--port=x", "--prt=1")).isEqualTo(Launcher.REFUSED);
    assertThat(said()).contains("port = x", "--prt is not known");
  }

  @Test
  void knownFailuresAreOneSentenceWithoutAStack() {
    List<RuntimeException> known =
        List.of(
            new StartFailedException("Change that."),
            new CompletionException(new StartFailedException("Change that.")),
            new UnavailableException("Change that.", new IOException("inner")),
            new IllegalArgumentException("Change that."),
            new IllegalStateException("Change that."),
            new CompletionException(new IllegalStateException("Change that.")));
    for (RuntimeException failure : known) {
      err.reset();
      assertThat(failing(failure)).isEqualTo(Launcher.REFUSED);
      assertThat(said()).isEqualTo("Cloudlet can't start. Change that." + System.lineSeparator());
    }
  }

  @Test
  void aFailedFileSaysWhichAndWhy() {
    failing(new UncheckedIOException("can't keep it", new AccessDeniedException("/data")));
    assertThat(said()).contains("can't keep it (AccessDenied: /data)").doesNotContain("\tat ");
  }

  @Test
  void aFaultOfTheProgramIsToldWithItsStack() {
    assertThat(failing(new NullPointerException("oops"))).isEqualTo(Launcher.FAULT);
    assertThat(said()).contains("oops", "\tat ");
  }

  @Test
  void aSecretOfTheConfigurationNeverComesOutOfAForeignMessage() {
    failing(
        new IllegalArgumentException("bad redis://:" + PLANTED + "@h"),
        "--secret=redis://:" + PLANTED + "@h");
    failing(
        new NullPointerException("no host with login user:" + PLANTED),
        "--secret=mongodb://user:" + PLANTED + "@h/db");
    assertThat(said()).contains("***").doesNotContain(PLANTED);
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain(PLANTED);
  }

  @Test
  void aSignalStopsWhatRunsAndEndsTheRun() throws Exception {
    FutureTask<Integer> run = new FutureTask<>(() -> run(config -> running()));
    Thread.ofVirtual().start(run);
    Awaitility.await().until(() -> out.toString(StandardCharsets.UTF_8).contains("hello"));
    assertThat(closed.getCount()).isEqualTo(1);

    atExit.getFirst().start();

    assertThat(run.get(10, TimeUnit.SECONDS)).isEqualTo(Launcher.DONE);
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void aSignalDuringTheStartWaitsForItAndStopsWhatCameOfIt() throws Exception {
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    FutureTask<Integer> run =
        new FutureTask<>(
            () ->
                run(
                    config -> {
                      starting.countDown();
                      awaitQuietly(go);
                      return running();
                    }));
    Thread.ofVirtual().start(run);
    starting.await();
    atExit.getFirst().start();
    assertThat(closed.await(50, TimeUnit.MILLISECONDS)).isFalse();
    go.countDown();
    assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    run.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aSignalAfterAFailedStartFindsNothingToStop() throws Exception {
    failing(new StartFailedException("no"));
    atExit.getFirst().start();
    assertThat(atExit.getFirst().join(Duration.ofSeconds(5))).isTrue();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aBusyPortIsToldWithTheKeyThatChoosesAnother() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = busy.getLocalPort();
      IOException refused =
          org.junit.jupiter.api.Assertions.assertThrows(
              IOException.class,
              () -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close());
      RuntimeException wrapped = new CompletionException(refused);
      assertThat(StartFailedException.isOfPort(wrapped)).isTrue();
      assertThat(StartFailedException.ofPort("127.0.0.1", port, "http.port", wrapped))
          .hasMessage(
              "Port %d on 127.0.0.1 is in use: stop what listens there, or choose another port with --http.port=...",
              port);
    }
  }

  @Test
  void otherFailuresOfAPortSayWhatToChangeToo() {
    assertThat(
            StartFailedException.ofPort(
                "0.0.0.0", 80, "http.port", new IOException("bind: Permission denied")))
        .hasMessageContaining("above 1023 with --http.port");
    assertThat(
            StartFailedException.ofPort(
                "10.1.1.1", 80, "http.port", new IOException("Cannot assign requested address")))
        .hasMessageContaining("does not have that address");
    assertThat(StartFailedException.isOfPort(new IllegalStateException("disk full"))).isFalse();
  }
}
