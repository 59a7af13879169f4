package dev.cloudlet.standalone.faults;

import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.app.Parts;
import dev.cloudlet.app.Platform;
import dev.cloudlet.app.Sections;
import dev.cloudlet.app.Settings;
import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.standalone.StandaloneConfig;
import dev.cloudlet.storage.StorageModule;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import dev.cloudlet.testkit.TestRedis;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One database, one queue, one object store and one clock, for as many servers as a test wants. */
final class SharedParts implements AutoCloseable {
  static final Secret JOIN_TOKEN = Secret.of("join-token-for-tests");

  private static final MasterKey KEY = MasterKey.of(Secret.of("A".repeat(43) + "="));

  private final Lifecycle lifecycle = new Lifecycle();
  private final MovableClock clock;
  private final TestMongo mongo;
  private final TestRedis redis;
  private final SharedStore store;
  private final Settings settings;

  /**
   * How a server reaches the parts.
   *
   * @param objects asked when the store is started
   */
  record Links(Secret mongo, Secret redis, Supplier<URI> objects) {}

  /**
   * @param beneath runs the servers' clock
   * @param offlineAfter how long a node may be silent
   * @param options further flags
   */
  SharedParts(TestPart part, InstantSource beneath, Duration offlineAfter, String... options) {
    clock = new MovableClock(beneath);
    settings = settings(offlineAfter, List.of(options));
    mongo = lifecycle.opened("mongo", documents(part));
    redis = lifecycle.opened("redis", TestRedis.start(part));
    store = lifecycle.opened("object store", SharedStore.of(part, clock));
    flushRedis();
  }

  // FerretDB 1 books a transfer twice that is repeated at the same time, so no ledger stands on it:
  // beside a real Redis and a real store the embedded database serves instead.
  private static TestMongo documents(TestPart part) {
    if (part == TestPart.EMBEDDED || TestPart.given(TestPart.MONGO_URI).isEmpty()) {
      return TestMongo.start();
    }
    TestMongo given = TestMongo.start(part);
    if (given.isFerret()) {
      given.close();
      return TestMongo.start();
    }
    return given;
  }

  private static Settings settings(Duration offlineAfter, List<String> options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--http.port=0",
                "--http.quiet-period=100ms",
                "--http.stop-timeout=5s",
                "--identity.access-token-lifetime=1h",
                "--identity.redirects=" + IdentityMutations.REDIRECT,
                "--limits.per-minute=1000000",
                "--limits.credentials-per-minute=1000000",
                "--limits.email-per-minute=1000000",
                "--limits.expensive-per-minute=1000000"));
    arguments.addAll(options);
    StandaloneConfig config =
        ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(arguments, Map.of()));
    return new Settings(
        config.http(),
        config.limits(),
        config.identity(),
        config.pricing(),
        config.payments().orSandboxEnabled(true),
        config.storage(),
        config.video(),
        config.jobs(),
        new FleetConfig(
            JOIN_TOKEN,
            offlineAfter.dividedBy(20),
            offlineAfter,
            Duration.ofHours(24),
            List.of(),
            Optional.empty()),
        config.telemetry());
  }

  /** The parts themselves, with nothing in between. */
  Links direct() {
    return new Links(mongo.uri(), redis.uri(), this::store);
  }

  /** Another server, which listens once it is started. */
  Replica server(Links links) {
    return new Replica(
        Platform.wire(
            settings,
            new Parts(
                new Sections.Mongo(links.mongo(), mongo.database(), false),
                links.redis(),
                new Parts.MasterKeys(KEY, List.of()),
                store.reachedAt(links.objects()),
                new Parts.Outside.Development(clock, false))));
  }

  /** Starts the object store, which may ask a server for identities. */
  void startStore(Supplier<StorageModule> identities) {
    store.start(identities);
  }

  /** The address of the object store. */
  URI store() {
    return store.address();
  }

  /** Redis forgets everything. */
  void flushRedis() {
    try (RedisConnection connection = redis.connect()) {
      connection.call(commands -> commands.flushall());
    }
  }

  MovableClock clock() {
    return clock;
  }

  /** Whether the database is one that was given. */
  boolean documentsAreGiven() {
    return mongo.isGiven();
  }

  TestMongo mongo() {
    return mongo;
  }

  @Override
  public void close() {
    lifecycle.close();
  }
}
