package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** How an attempt is watched, and how it ends before its end. */
class HlsTranscoderStopTest extends TranscoderSuite {
  private TranscodeOrder slowOrder(Path input, Duration limit) {
    return SlowWorker.order(input, probe(input), out, limit);
  }

  @Test
  void progressGrowsToOneAndCountsProcessorTime() {
    List<ProgressListener.Progress> heard = new ArrayList<>();
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    Transcoded result =
        new HlsTranscoder(tools).run(order(film, SMALL, LIMIT), heard::add, CancelSignal.NEVER);
    assertThat(heard)
        .extracting(ProgressListener.Progress::fraction)
        .isSorted()
        .last()
        .isEqualTo(1.0);
    assertThat(heard).hasSizeGreaterThanOrEqualTo(2);
    assertThat(result.cpu()).isPositive();
  }

  @Test
  void cancelEndsTheProcessWithinTwoSeconds() throws Exception {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    AtomicBoolean cancelled = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    TranscodeOrder order = slowOrder(film, LIMIT);
    Thread worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    new HlsTranscoder(tools)
                        .run(order, progress -> running.countDown(), cancelled::get);
                  } catch (RuntimeException stopped) {
                    thrown.set(stopped);
                  }
                });
    running.await();
    long pid = Long.parseLong(read("process").split(" ")[0]);
    cancelled.set(true);
    assertThat(worker.join(Duration.ofSeconds(2))).isTrue();
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            TranscodeStopped.class,
            stopped -> assertThat(stopped.stoppedBy()).isEqualTo(TranscodeStopped.Cause.CANCELLED));
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void anInterruptEndsTheProcessAndIsKept() throws Exception {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    TranscodeOrder order = slowOrder(film, LIMIT);
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean flag = new AtomicBoolean();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    new HlsTranscoder(tools)
                        .run(order, progress -> running.countDown(), CancelSignal.NEVER);
                  } catch (RuntimeException stopped) {
                    thrown.set(stopped);
                    flag.set(Thread.currentThread().isInterrupted());
                  }
                });
    running.await();
    long pid = Long.parseLong(read("process").split(" ")[0]);
    worker.interrupt();
    assertThat(worker.join(Duration.ofSeconds(6))).isTrue();
    assertThat(flag).isTrue();
    assertThat(thrown.get()).isInstanceOf(TranscodeStopped.class);
    ProcessHandle.of(pid).ifPresent(left -> left.onExit().join());
  }

  @Test
  void theDeadlineIsEnforced() {
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    TranscodeOrder order = slowOrder(film, Duration.ofMillis(700));
    TranscodeStopped stopped =
        catchThrowableOfType(
            TranscodeStopped.class,
            () -> new HlsTranscoder(tools).run(order, ProgressListener.NONE, CancelSignal.NEVER));
    assertThat(stopped.stoppedBy()).isEqualTo(TranscodeStopped.Cause.DEADLINE);
  }

  @Test
  void aListenerThatFailsStopsTheWork() {
    TranscodeOrder order = order(clips.film("ten.mp4", "320x180", "30", 10), SMALL, LIMIT);
    assertThatThrownBy(
            () ->
                new HlsTranscoder(tools)
                    .run(
                        order,
                        progress -> {
                          throw new IllegalStateException("stream broke");
                        },
                        CancelSignal.NEVER))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFolderOfAnotherAttemptIsRefused() throws Exception {
    Path film = clips.film("short.mp4", "320x180", "30", 1.5);
    Files.createDirectories(out);
    Files.writeString(out.resolve("segment"), "of an earlier attempt");
    assertThatThrownBy(() -> transcode(film, SMALL)).hasMessageContaining("not empty");
  }

  @Test
  void theProcessDiesWithAWorkerThatIsKilled() throws Exception {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Assumptions.assumeTrue(
        FfmpegTools.onPath("setpriv", path).isPresent(),
        "did not run: this system has no setpriv, leftovers are ended at the next start");
    Path film = clips.film("ten.mp4", "320x180", "30", 10);
    Process worker =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SlowWorker.class.getName(),
                film.toString(),
                out.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = worker.inputReader()) {
      assertThat(said.readLine()).isEqualTo("running");
      long pid = Long.parseLong(read("process").split(" ", -1)[0]);
      assertThat(ProcessHandle.of(pid)).isPresent();
      worker.destroyForcibly();
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    } finally {
      worker.destroyForcibly();
    }
  }
}
