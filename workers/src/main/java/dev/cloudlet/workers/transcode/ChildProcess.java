package dev.cloudlet.workers.transcode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One child process whose output is always read and always bounded.
 *
 * <p>The process is started by a platform thread that lives exactly as long as it: Linux delivers a
 * parent-death signal when the <em>thread</em> that started the child ends, so a pooled or virtual
 * thread would kill it at random.
 */
final class ChildProcess implements AutoCloseable {
  /** Longest line kept; the rest of a longer one is dropped. */
  private static final int MAX_LINE = 8 * 1024;

  private static final int TAIL_LINES = 40;
  private static final Duration KILL_WAIT = Duration.ofSeconds(5);

  /** What to start: the first argument is the executable. */
  record Command(List<String> arguments, Map<String, String> environment, Optional<Path> folder) {}

  private final Process process;
  private final CountDownLatch ended;
  private final Tail errors;
  private volatile Duration cpu = Duration.ZERO;

  private ChildProcess(Process process, CountDownLatch ended, Tail errors) {
    this.process = process;
    this.ended = ended;
    this.errors = errors;
  }

  /**
   * Starts the command.
   *
   * @param onLine gets every line of standard output on the child's own thread; must not block or
   *     throw
   * @throws UncheckedIOException if it can't be started
   */
  static ChildProcess start(Command command, Consumer<String> onLine) {
    CompletableFuture<ChildProcess> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("media-tool")
        .start(() -> startAndDrain(command, onLine, started));
    try {
      return started.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof IOException cause) {
        throw new UncheckedIOException(cause);
      }
      throw failure;
    }
  }

  private static void startAndDrain(
      Command command, Consumer<String> onLine, CompletableFuture<ChildProcess> started) {
    CountDownLatch ended = new CountDownLatch(1);
    try {
      ProcessBuilder builder = new ProcessBuilder(command.arguments());
      builder.environment().clear();
      builder.environment().putAll(command.environment());
      command.folder().ifPresent(folder -> builder.directory(folder.toFile()));
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      Process process = builder.start();
      ChildProcess child = new ChildProcess(process, ended, new Tail());
      Thread errorReader =
          Thread.ofVirtual()
              .name("media-tool-errors")
              .start(() -> child.drain(process.getErrorStream(), child.errors::add));
      started.complete(child);
      child.drain(
          process.getInputStream(),
          line -> {
            child.sampleCpu();
            onLine.accept(line);
          });
      waitForEnd(process, errorReader);
    } catch (IOException | RuntimeException failure) {
      started.completeExceptionally(failure);
    } finally {
      ended.countDown();
    }
  }

  /**
   * Nobody interrupts this thread: it is private, and whoever closes the child kills the process
   * instead.
   */
  private static void waitForEnd(Process process, Thread errorReader) {
    try {
      process.waitFor();
      errorReader.join();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void drain(InputStream stream, Consumer<String> onLine) {
    byte[] chunk = new byte[16 * 1024];
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = stream) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        int from = 0;
        for (int at = 0; at < read; at++) {
          if (chunk[at] == '\n') {
            append(line, chunk, from, at);
            onLine.accept(line.toString(StandardCharsets.UTF_8));
            line.reset();
            from = at + 1;
          }
        }
        append(line, chunk, from, read);
      }
      if (line.size() > 0) {
        onLine.accept(line.toString(StandardCharsets.UTF_8));
      }
    } catch (IOException closed) {
      // The pipe breaks when the process is killed; the exit code tells the story, this line says
      // where.
      errors.add("output ended early: " + closed.getMessage());
    }
  }

  private static void append(ByteArrayOutputStream line, byte[] chunk, int from, int to) {
    line.write(chunk, from, Math.min(to - from, MAX_LINE - line.size()));
  }

  private void sampleCpu() {
    process.info().totalCpuDuration().ifPresent(used -> cpu = used);
  }

  /** Waits up to {@code time}; whether the process has ended and all its output was read. */
  boolean awaitEnd(Duration time) throws InterruptedException {
    return ended.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The exit code; only after {@link #awaitEnd} said true. */
  int exitCode() {
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  /** Processor time as sampled when the last line of output came. */
  Duration cpu() {
    return cpu;
  }

  /** The last lines of standard error, oldest first. */
  List<String> errorTail() {
    return errors.lines();
  }

  /** Kills the process and all it started; returns when it is gone or after five seconds. */
  @Override
  public void close() {
    killTree(process.toHandle());
    try {
      if (!awaitEnd(KILL_WAIT)) {
        throw new TranscodeFailed("a media tool did not end after it was killed");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void killTree(ProcessHandle root) {
    // Children first: once the root is dead they belong to init and can't be found any more.
    List<ProcessHandle> descendants = root.descendants().toList();
    root.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /** The last lines of an endless stream. Guarded by itself. */
  private static final class Tail {
    private final Deque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
      if (lines.size() == TAIL_LINES) {
        lines.removeFirst();
      }
      lines.addLast(line.length() > 500 ? line.substring(0, 500) : line);
    }

    synchronized List<String> lines() {
      return new ArrayList<>(lines);
    }
  }
}
