package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.capability.ServerId;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.testkit.TestMongo;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Schedules on servers that share a database: each time comes once, whoever dies or is late. */
class SchedulesTest {
  private static final String NAME = "test.hourly";
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:30:00Z");
  private static TestMongo mongo;
  private static MongoConnection connection;

  private final List<Instant> done = new CopyOnWriteArrayList<>();
  private final Map<String, Duration> wrong = new HashMap<>();
  private final LocalSignals signals = new LocalSignals();
  private final Background background = new Background();
  private final InMemoryJobStore jobs = new InMemoryJobStore();
  private final InMemoryJobSlotStore slots = new InMemoryJobSlotStore();
  private final InMemoryJobQueue queue =
      new InMemoryJobQueue(
          new JobQueue.Bounds(8, Duration.ofSeconds(30), Duration.ofSeconds(30)), () -> now("q"));
  private final OperatorStores stores = stores();
  private final List<Server> servers = new ArrayList<>();
  private Instant time = BEGIN;
  private String cron = "0 * * * *";
  private int made;

  @BeforeAll
  static void start() {
    mongo = TestMongo.start();
    connection = mongo.connect();
  }

  @AfterAll
  static void stop() {
    connection.close();
    mongo.close();
  }

  @AfterEach
  void close() {
    servers.forEach(server -> server.engine.close());
    background.close();
    signals.close();
  }

  // The schedules in MongoDB, by a name of their own for each test.
  private OperatorStores stores() {
    OperatorStores memory = OperatorStores.inMemory();
    connection
        .records("leaders", ScheduleStore.Leader.class)
        .deleteAll(com.mongodb.client.model.Filters.empty());
    connection
        .records("schedules", Schedule.class)
        .deleteAll(com.mongodb.client.model.Filters.empty());
    return new OperatorStores(
        memory.lanes(), memory.failed(), memory.actions(), new MongoScheduleStore(connection));
  }

  private Instant now(String server) {
    return time.plus(wrong.getOrDefault(server, Duration.ZERO));
  }

  private final class Server {
    final JobEngine engine;

    Server(String name) {
      engine =
          new JobEngine(
              new EngineParts(
                  jobs,
                  slots,
                  queue,
                  signals,
                  background,
                  () -> now(name),
                  new SplittableRandom(1),
                  EngineRun.real(),
                  new JobTelemetry(new SimpleMeterRegistry(), Tracing.off()),
                  stores,
                  new ServerId(name)),
              EngineHarness.CONFIG);
      engine.schedule(
          new ScheduledWork() {
            @Override
            public String name() {
              return NAME;
            }

            @Override
            public String cron() {
              return cron;
            }

            @Override
            public void run(Instant due) {
              done.add(due);
            }
          });
      servers.add(this);
    }

    /** Looks at the schedules, and does what jobs there are. */
    void looks() throws InterruptedException {
      engine.schedules().step();
      engine.sweeper().sweep();
      while (engine.dispatcher(engine.lane(NAME)).step(Duration.ZERO)) {
        Awaitility.await().until(() -> engine.runner().count() == 0);
      }
    }

    boolean leads() {
      return stores.schedules().lead(new ServerId("nobody"), Instant.EPOCH, Instant.EPOCH);
    }
  }

  private Operator operator() {
    return new Operator(new AccountId("usr_root"), "", prefix -> prefix + "_x" + made++);
  }

  private static Instant hour(int hour) {
    return Instant.parse("2026-01-01T00:00:00Z").plus(Duration.ofHours(hour));
  }

  @Test
  void eachTimeComesOnceOnTwoServersAndTheOtherGoesOnWhenTheLeaderDies() throws Exception {
    Server one = new Server("one");
    Server two = new Server("two");
    for (int minute = 0; minute < 240; minute += 5) {
      time = BEGIN.plus(Duration.ofMinutes(minute));
      if (minute < 120) {
        one.looks();
      }
      two.looks();
      two.looks();
    }
    assertThat(done).containsExactly(hour(1), hour(2), hour(3), hour(4));
  }

  @Test
  void onlyTheLeaderLooksUntilItsLeaseIsOver() throws Exception {
    Server one = new Server("one");
    Server two = new Server("two");
    time = hour(1).minusSeconds(10);
    one.looks();
    time = hour(1);
    two.looks();
    assertThat(done).isEmpty();
    one.looks();
    assertThat(done).containsExactly(hour(1));
    time = hour(2);
    two.looks();
    assertThat(done).containsExactly(hour(1), hour(2));
    assertThat(two.leads()).isFalse();
  }

  @Test
  void twoLeadersWithWrongClocksMakeOneJobOfEachTime() throws Exception {
    Server one = new Server("one");
    Server two = new Server("two");
    one.looks();
    for (int hour = 1; hour <= 6; hour++) {
      time = hour(hour);
      wrong.put("two", Duration.ofMinutes(hour % 2 == 0 ? 90 : -20));
      one.looks();
      two.looks();
      one.looks();
      wrong.put("one", Duration.ofMinutes(hour % 3 == 0 ? -90 : 0));
      two.looks();
      one.looks();
    }
    assertThat(done).doesNotHaveDuplicates().contains(hour(1), hour(2), hour(3));
  }

  @Test
  void aServerThatDiesBetweenTheJobAndTheScheduleMakesNoSecondJob() throws Exception {
    Server one = new Server("one");
    one.looks();
    time = hour(1);
    Schedule due = stores.schedules().find(NAME).orElseThrow();
    one.looks();
    // As if the write that goes on had never been.
    stores.schedules().set(NAME, false, due.nextTime());
    Server two = new Server("two");
    time = hour(1).plusSeconds(60);
    two.looks();
    two.looks();
    assertThat(done).containsExactly(hour(1));
    assertThat(stores.schedules().find(NAME).orElseThrow().nextTime()).isEqualTo(hour(2));
  }

  @Test
  void whatWasMissedIsMadeUpForOnceAndAClockThatWasAheadStopsNothing() throws Exception {
    Server one = new Server("one");
    one.looks();
    time = hour(7).plusSeconds(1);
    one.looks();
    one.looks();
    assertThat(done).containsExactly(hour(1));
    wrong.put("one", Duration.ofDays(30));
    one.looks();
    assertThat(done).hasSize(2);
    wrong.clear();
    time = hour(8);
    one.looks();
    time = hour(9);
    one.looks();
    assertThat(done).doesNotHaveDuplicates().endsWith(hour(9));
  }

  @Test
  void theNextJobWaitsForTheEndOfTheLast() throws Exception {
    cron = "*/10 * * * *";
    Server one = new Server("one");
    one.engine.queues().set(NAME, LaneSetting.Mode.PAUSED, operator());
    for (int minute = 0; minute <= 30; minute += 5) {
      time = BEGIN.plus(Duration.ofMinutes(minute));
      one.looks();
    }
    one.engine.queues().set(NAME, LaneSetting.Mode.ACTIVE, operator());
    one.looks();
    one.looks();
    Instant first = BEGIN.plus(Duration.ofMinutes(10));
    assertThat(done).containsExactly(first, first.plus(Duration.ofMinutes(10)));
  }

  @Test
  void aPausedScheduleMakesNoJobsAndMissesNone() throws Exception {
    Server one = new Server("one");
    Schedules schedules = one.engine.schedules();
    one.looks();
    assertThat(schedules.set(NAME, true, operator()).paused()).isTrue();
    time = hour(3);
    one.looks();
    assertThat(done).isEmpty();
    JobId now = schedules.run(NAME, operator());
    one.looks();
    assertThat(done).containsExactly(hour(3));
    assertThat(jobs.find(now).orElseThrow().owner()).isEqualTo(Schedules.PLATFORM);
    assertThat(schedules.set(NAME, false, operator()).nextTime()).isEqualTo(hour(4));
    one.looks();
    assertThat(done).hasSize(1);
    assertThat(stores.actions().list(Optional.empty(), 10))
        .extracting(OperatorAction::what)
        .containsExactlyInAnyOrder(
            OperatorAction.What.PAUSE_SCHEDULE,
            OperatorAction.What.RUN_SCHEDULE,
            OperatorAction.What.RESUME_SCHEDULE);
    assertThat(EngineHarness.refusal(() -> schedules.set("no.such", true, operator())))
        .isEqualTo(ErrorReason.ERROR_REASON_NOT_FOUND);
  }

  @Test
  void otherTimesAreTakenOverAndNonsenseIsRefusedAtTheStart() throws Exception {
    new Server("one").looks();
    cron = "*/10 * * * *";
    Server two = new Server("two");
    time = BEGIN.plusSeconds(60);
    two.looks();
    assertThat(two.engine.schedules().list(10, "").items())
        .singleElement()
        .returns("*/10 * * * *", Schedule::cron)
        .returns(BEGIN.plusSeconds(600), Schedule::nextTime);
    cron = "every hour";
    assertThatThrownBy(() -> new Server("three")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aJobMayBeginAtItsTimeAndNotBefore() throws Exception {
    EngineHarness world = new EngineHarness();
    EngineHarness.Server server = world.server("one");
    Instant later = world.clock.instant().plus(Duration.ofMinutes(10));
    Job job =
        server
            .engine
            .jobs()
            .submit(world.newJob(EngineHarness.ALICE, 1, Duration.ofHours(1)).at(later));
    assertThat(job.deadline()).isEqualTo(later.plus(Duration.ofHours(1)));
    server.sweep();
    assertThat(server.step()).isFalse();
    world.clock.advance(Duration.ofMinutes(10));
    server.sweep();
    assertThat(server.step()).isTrue();
    assertThat(JobMessages.toProto(world.awaitSettled(job)).getRunTime().getSeconds())
        .isEqualTo(later.getEpochSecond());
    server.engine.close();
    world.close();
  }
}
