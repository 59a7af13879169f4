package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.sdk.Cloudlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Customers at work on a platform that is killed at random moments and started again at once. What
 * was acknowledged to anybody is looked at when the last kill is survived.
 */
final class KillLoop {
  private static final long LONGEST_LIFE_MILLIS = 8000;

  /** What one journey may add to the documents, generously. */
  private static final long BYTES_A_JOURNEY = 512 << 10;

  private static final long BYTES_AT_FIRST = 64L << 20;

  private final PlatformProcess platform;
  private final Path clip;
  private final int customers;
  private final long seed;
  private final Queue<Receipts> receipts = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean enough = new AtomicBoolean();

  /** What was seen. */
  record Report(
      long seed, int kills, int journeys, int acknowledged, long documentBytes, long seconds) {}

  KillLoop(PlatformProcess platform, Path clip, int customers, long seed) {
    this.platform = platform;
    this.clip = clip;
    this.customers = customers;
    this.seed = seed;
  }

  /** Kills so many times, lets everybody come to an end, and looks at everything. */
  Report run(int kills) throws Exception {
    long begun = System.nanoTime();
    try (HttpClient browser = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < customers; i++) {
        all.add(threads.submit(() -> journeys(browser)));
      }
      try {
        kill(kills);
      } finally {
        enough.set(true);
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    int acknowledged = requireKept();
    long bytes = size(platform.data().resolve("mongo"));
    assertThat(bytes)
        .as("bytes of documents after %d journeys, seed %d", receipts.size(), seed)
        .isLessThan(BYTES_AT_FIRST + BYTES_A_JOURNEY * receipts.size());
    return new Report(
        seed,
        kills,
        receipts.size(),
        acknowledged,
        bytes,
        Duration.ofNanos(System.nanoTime() - begun).toSeconds());
  }

  private Void journeys(HttpClient browser) throws Exception {
    try {
      do {
        StubbornCustomer customer = new StubbornCustomer(platform.address(), clip, browser);
        receipts.add(customer.receipts());
        customer.journey();
      } while (!enough.get());
      return null;
    } catch (Exception | Error e) {
      // One is enough to end it, soon and with the platform's data as they are.
      enough.set(true);
      throw e;
    }
  }

  private void kill(int kills) throws Exception {
    Random random = new Random(seed);
    long longest = LONGEST_LIFE_MILLIS;
    for (int kill = 1; kill <= kills && !enough.get(); kill++) {
      long life = (long) (random.nextDouble() * longest);
      Thread.sleep(life);
      long begun = System.nanoTime();
      platform.killAndStartAgain();
      // Where a start takes long the lives are longer, too, or nobody would come to anything.
      longest =
          Math.max(LONGEST_LIFE_MILLIS, Duration.ofNanos(System.nanoTime() - begun).toMillis());
      System.out.printf(
          Locale.ROOT,
          "kill %d of %d after %d ms up; %d journeys begun, %d bytes of documents%n",
          kill,
          kills,
          life,
          receipts.size(),
          size(platform.data().resolve("mongo")));
    }
  }

  private int requireKept() {
    int acknowledged = 0;
    try (Cloudlet cloudlet = StubbornCustomer.connect(platform.address())) {
      for (Receipts one : receipts) {
        one.requireKept(cloudlet);
        acknowledged += one.count();
      }
      assertThat(cloudlet.wallet().conservation().conserved()).as("seed " + seed).isTrue();
    }
    return acknowledged;
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(KillLoop::sizeOf).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException removed) {
      return 0;
    }
  }
}
