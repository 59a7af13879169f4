package dev.cloudlet.standalone.faults;

import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.app.Parts;
import dev.cloudlet.app.Platform;
import dev.cloudlet.app.Sections;
import dev.cloudlet.app.Settings;
import dev.cloudlet.fleet.FleetConfig;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.standalone.StandaloneConfig;
import dev.cloudlet.standalone.embedded.EmbeddedS3;
import dev.cloudlet.standalone.embedded.S3Identity;
import dev.cloudlet.storage.StoragePlace;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestRedis;
import dev.cloudlet.testkit.fault.FaultProxy;
import dev.cloudlet.testkit.fault.Framing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two servers on one database, one queue and one object store. The first reaches each of them
 * through a proxy that fails as it is told; the second reaches them directly and is what an
 * observer asks. Both run on one clock.
 */
final class FaultedPlatform implements AutoCloseable {
  static final Secret JOIN_TOKEN = Secret.of("join-token-for-tests");

  private static final int KEEPER_USES = 60;
  private static final Duration KEEPER_LIFE = Duration.ofMinutes(30);

  private final Lifecycle lifecycle = new Lifecycle();
  private final MovableClock clock = MovableClock.system();
  private final TestMongo mongo;
  private final TestRedis redis;
  private final FaultProxy mongoProxy;
  private final FaultProxy redisProxy;
  private final Replica faulted;
  private final Replica sound;
  private final StoreOnFolder objects = new StoreOnFolder();
  private final MongoDocuments documents;
  private final FirstAdministrator.Credentials administrator;
  private Optional<ScriptedNode> node = Optional.empty();
  private Optional<Actor> keeper = Optional.empty();
  private int keeperUses;
  private Instant keeperEnd = Instant.MIN;

  /** The object store, which starts after the server that it asks for identities. */
  private static final class StoreOnFolder {
    private Optional<EmbeddedS3> store = Optional.empty();
    private Optional<FaultProxy> proxy = Optional.empty();

    URI direct() {
      return store.orElseThrow().localEndpoint();
    }

    URI proxied() {
      return URI.create("http://127.0.0.1:" + proxy.orElseThrow().port());
    }
  }

  FaultedPlatform(String... options) {
    try {
      mongo = lifecycle.opened("mongo", TestMongo.start());
      redis = lifecycle.opened("redis", TestRedis.start());
      mongoProxy = lifecycle.opened("mongo proxy", proxy(mongo.uri(), Framing.MONGO));
      redisProxy = lifecycle.opened("redis proxy", proxy(redis.uri(), Framing.PIECES));
      Settings settings = settings(List.of(options));
      sound =
          server(
              settings,
              parts(mongo.uri(), redis.uri(), StoreOnFolder::direct, StoreOnFolder::direct));
      faulted =
          server(
              settings,
              parts(
                  Secret.of("mongodb://127.0.0.1:" + mongoProxy.port()),
                  Secret.of("redis://127.0.0.1:" + redisProxy.port()),
                  StoreOnFolder::proxied,
                  StoreOnFolder::direct));
      startStore();
      sound.platform().start();
      faulted.platform().start();
      administrator = sound.platform().firstAdministrator().orElseThrow();
      documents = lifecycle.opened("documents", new MongoDocuments(mongo));
    } catch (RuntimeException | Error e) {
      lifecycle.close();
      throw e;
    }
  }

  private static FaultProxy proxy(Secret uri, Framing framing) {
    return FaultProxy.to(URI.create(uri.reveal()).getPort(), framing);
  }

  private Replica server(Settings settings, Parts parts) {
    return lifecycle.opened("server", new Replica(Platform.wire(settings, parts)));
  }

  private static final MasterKey KEY = MasterKey.of(Secret.of("A".repeat(43) + "="));

  private Parts parts(
      Secret mongoUri,
      Secret redisUri,
      java.util.function.Function<StoreOnFolder, URI> endpoint,
      java.util.function.Function<StoreOnFolder, URI> clients) {
    return new Parts(
        new Sections.Mongo(mongoUri, mongo.database(), false),
        redisUri,
        new Parts.MasterKeys(KEY, List.of()),
        new StoragePlace.OwnIdentities(
            () -> endpoint.apply(objects),
            () -> clients.apply(objects),
            "us-east-1",
            folder -> objects.store.orElseThrow().usedBytes(folder)),
        new Parts.Outside.Development(clock, false));
  }

  private static Settings settings(List<String> options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--http.port=0",
                // Time is moved by half minutes to end the claims of dead servers only.
                "--jobs.lease=1h",
                "--http.quiet-period=0s",
                "--http.stop-timeout=2s",
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
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Duration.ofHours(24),
            List.of(),
            Optional.empty()));
  }

  private void startStore() {
    try {
      Path folder = Files.createTempDirectory("faulted-objects");
      EmbeddedS3 store =
          EmbeddedS3.start(
              new EmbeddedS3.Settings(folder, "127.0.0.1", 0, Optional.empty(), List.of()),
              id ->
                  sound
                      .platform()
                      .storage()
                      .findKey(id)
                      .map(
                          key ->
                              new S3Identity(
                                  key.accessKeyId(),
                                  key.secret(),
                                  key.folder(),
                                  key.quotaBytes(),
                                  key.writable())),
              clock);
      objects.store = Optional.of(lifecycle.opened("object store", store));
      objects.proxy =
          Optional.of(
              lifecycle.opened("object store proxy", FaultProxy.to(store.port(), Framing.PIECES)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server behind the proxies. */
  Replica faulted() {
    return faulted;
  }

  /** The other server. */
  Replica sound() {
    return sound;
  }

  FaultProxy mongoProxy() {
    return mongoProxy;
  }

  FaultProxy redisProxy() {
    return redisProxy;
  }

  FaultProxy objectsProxy() {
    return objects.proxy.orElseThrow();
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

  MongoDocuments documents() {
    return documents;
  }

  /** A customer with storage, the same one for a while. */
  synchronized Actor keeper() {
    if (keeper.isEmpty() || ++keeperUses > KEEPER_USES || keeperEnd.isBefore(clock.instant())) {
      keeper = Optional.of(Keeper.register(sound));
      keeperUses = 0;
      keeperEnd = clock.instant().plus(KEEPER_LIFE);
    }
    return keeper.get();
  }

  /** The access token of the first administrator. */
  Optional<String> administrator() {
    return Actor.login(sound, administrator.email(), administrator.password().reveal()).token();
  }

  /** The only node, in place of the one before. */
  synchronized ScriptedNode newNode() {
    node.ifPresent(ScriptedNode::close);
    ScriptedNode next = new ScriptedNode(sound, false);
    node = Optional.of(next);
    return next;
  }

  @Override
  public void close() {
    node.ifPresent(ScriptedNode::close);
    lifecycle.close();
  }
}
