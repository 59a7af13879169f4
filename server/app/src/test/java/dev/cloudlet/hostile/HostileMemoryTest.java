package dev.cloudlet.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** What is left of hostile input when it is over: nothing. */
@Isolated
@ExtendWith(HostileServer.Resolver.class)
class HostileMemoryTest {
  private static final long MOST_HEAP = 24L << 20;
  private static final long MOST_DIRECT = 16L << 20;
  private static final int MOST_THREADS = 16;

  private record Use(long heap, long direct, int threads) {
    static Use now() {
      System.gc();
      System.gc();
      return new Use(
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          Math.max(0, PlatformDependent.usedDirectMemory()),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  @Test
  void nothingIsLeftOfIt(HostileServer server) {
    ResourceLeakDetector.Level usual = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
    ListAppender<ILoggingEvent> leaks = new ListAppender<>();
    leaks.start();
    log.addAppender(leaks);
    try {
      send(server);
      Use before = Use.now();
      // What other suites dropped is told of by now, too.
      tellOfDropped(server);
      leaks.list.clear();
      send(server);
      send(server);
      await().atMost(Duration.ofSeconds(20)).until(() -> server.platform().unfinished() == 0);
      Use after = Use.now();
      assertThat(after.heap() - before.heap()).as(before + " " + after).isLessThan(MOST_HEAP);
      assertThat(after.direct() - before.direct()).as(before + " " + after).isLessThan(MOST_DIRECT);
      assertThat(after.threads() - before.threads()).isLessThan(MOST_THREADS);
      tellOfDropped(server);
      assertThat(leaks.list.stream().filter(HostileMemoryTest::isOfThisTest).toList()).isEmpty();
    } finally {
      log.detachAppender(leaks);
      ResourceLeakDetector.setLevel(usual);
    }
    server.hangUp();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> server.platform().server().numConnections() == 0);
  }

  // A buffer that was dropped is told of when another one is made after the collection.
  private static void tellOfDropped(HostileServer server) {
    new Families(server).numbers(server.rpcs().getFirst());
  }

  // Every buffer that was read since the level was raised is noted by each handler that it is
  // handed
  // to, so its report has a first entry at least. One that another suite read before, and that
  // something held until now, has its origin alone.
  private static boolean isOfThisTest(ILoggingEvent leak) {
    return leak.getFormattedMessage().contains("#1:");
  }

  private static void send(HostileServer server) {
    Families families = new Families(server);
    for (Rpc rpc : server.rpcs()) {
      if (Extent.takes(20, rpc.name())) {
        families.frames(rpc);
        families.bodies(rpc);
        families.shapes(rpc);
      }
    }
    families.assertNothingWrong();
  }
}
