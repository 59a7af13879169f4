package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestRedis;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/**
 * Any interleaving of what servers, workers, customers, clocks and faults can do, one step at a
 * time: adding, leasing, heart-beats, crashes of servers and workers, retries, cancels, deliveries
 * that come twice, a queue that loses everything between any two steps, writes without an answer.
 * {@link EngineLaws} says what holds at each step; at the end every job has ended.
 */
class JobEngineModelTest {
  private static final int STEPS = 250;
  private static final Set<Job.State> ENDS = EnumSet.noneOf(Job.State.class);
  private static final AtomicInteger WORLDS = new AtomicInteger();

  /** A MongoDB wire server and a redis-server, begun when first asked for. */
  private static final class Real {
    static final TestMongo MONGO = TestMongo.start();
    static final TestRedis REDIS = TestRedis.start();
    static final MongoConnection DOCUMENTS = MONGO.connect();
    static final RedisConnection TRANSPORT = REDIS.connect();
  }

  // Thousands of faults that are meant would bury what is not.
  @BeforeContainer
  static void quiet() {
    ((Logger) LoggerFactory.getLogger("dev.cloudlet.jobs")).setLevel(Level.OFF);
  }

  @Property(tries = 200, shrinking = ShrinkingMode.OFF)
  void everyJobEndsOnceWhateverHappens(@ForAll long seed) {
    StagedTime time = new StagedTime();
    InMemoryJobQueue queue =
        new InMemoryJobQueue(
            new JobQueue.Bounds(4, Duration.ofSeconds(30), Duration.ofSeconds(30)),
            () -> time.at("queue"));
    live(
        seed,
        time,
        new StagedWorld.Ground(
            new InMemoryJobStore(),
            new InMemoryJobSlotStore(),
            OperatorStores.inMemory(),
            queue,
            queue::wipe,
            ""));
  }

  @Property(tries = 3, shrinking = ShrinkingMode.OFF)
  void soItIsOnTheRealWires(@ForAll long seed) {
    // Short, because time in Redis is real.
    JobQueue.Bounds bounds = new JobQueue.Bounds(4, Duration.ofMillis(20), Duration.ofMillis(20));
    String name = "w" + WORLDS.incrementAndGet();
    try (RedisJobQueue queue = new RedisJobQueue(Real.TRANSPORT, bounds, name)) {
      live(
          seed,
          new StagedTime(),
          new StagedWorld.Ground(
              new MongoJobStore(Real.DOCUMENTS),
              new MongoJobSlotStore(Real.DOCUMENTS),
              OperatorStores.mongo(Real.DOCUMENTS),
              queue,
              () -> Real.TRANSPORT.call(commands -> commands.flushall()),
              name + '_'));
    }
  }

  private static void live(long seed, StagedTime time, StagedWorld.Ground ground) {
    try (StagedWorld world = new StagedWorld(seed, time, ground)) {
      for (int step = 0; step < STEPS; step++) {
        world.happen();
      }
      world.comeToRest();
      world.jobs().forEach(job -> ENDS.add(job.state()));
    }
  }

  @AfterContainer
  static void stop() {
    ((Logger) LoggerFactory.getLogger("dev.cloudlet.jobs")).setLevel(null);
    Real.TRANSPORT.close();
    Real.DOCUMENTS.close();
    Real.REDIS.close();
    Real.MONGO.close();
    assertThat(ENDS)
        .containsExactlyInAnyOrder(Job.State.SUCCEEDED, Job.State.FAILED, Job.State.CANCELLED);
  }
}
