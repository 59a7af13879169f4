package dev.cloudlet.standalone;

import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.app.Parts;
import dev.cloudlet.app.Platform;
import dev.cloudlet.app.Sections;
import dev.cloudlet.app.Settings;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeptSecret;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.RandomSource;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.kernel.launch.StartFailedException;
import dev.cloudlet.kernel.mail.SmtpAddress;
import dev.cloudlet.kernel.mail.SmtpMailSender;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.standalone.embedded.DataFolder;
import dev.cloudlet.standalone.embedded.EmbeddedMongo;
import dev.cloudlet.standalone.embedded.EmbeddedRedis;
import dev.cloudlet.standalone.embedded.EmbeddedS3;
import dev.cloudlet.standalone.embedded.S3Identities;
import dev.cloudlet.standalone.embedded.S3Identity;
import dev.cloudlet.storage.StorageModule;
import dev.cloudlet.storage.StoragePlace;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Starts the parts, the server and the worker in this order. The stop begins with the worker, which
 * hands back over the server what it can't end; then the server answers what runs and takes no more
 * calls; then the object store and the other parts end, which calls needed until then.
 */
public final class Standalone implements AutoCloseable {
  private static final Duration SMTP_TIMEOUT = Duration.ofSeconds(20);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String MONGO = "mongo";

  private final Lifecycle lifecycle;
  private final Platform platform;
  private final Optional<URI> objects;
  private final Optional<FirstAdministrator.Credentials> firstAdministrator;
  private final boolean inbox;

  private Standalone(
      Lifecycle lifecycle,
      Platform platform,
      Optional<URI> objects,
      Optional<FirstAdministrator.Credentials> firstAdministrator,
      boolean inbox) {
    this.lifecycle = lifecycle;
    this.platform = platform;
    this.objects = objects;
    this.firstAdministrator = firstAdministrator;
    this.inbox = inbox;
  }

  /** Starts everything; if something can't start, what was started is stopped again. */
  public static Standalone start(StandaloneConfig config) {
    Lifecycle lifecycle = new Lifecycle();
    try {
      return start(lifecycle, config);
    } catch (RuntimeException | Error e) {
      lifecycle.close();
      throw e;
    }
  }

  private static Standalone start(Lifecycle lifecycle, StandaloneConfig config) {
    DataFolder folder = lifecycle.opened("data folder", DataFolder.claim(config.data().folder()));
    Path data = folder.path();
    SystemRandom random = new SystemRandom();
    Secret joinToken = joinToken(config, data, random);
    LateStore embeddedS3 = new LateStore();
    Parts parts =
        new Parts(
            mongo(lifecycle, config, data),
            config.redis().uri().orElseGet(() -> redis(lifecycle, config, data, random)),
            masterKeys(config, data),
            place(config, embeddedS3),
            outside(config));
    Platform platform =
        lifecycle.opened("platform", Platform.wire(settings(config, joinToken), parts));
    if (config.s3().endpoint().isEmpty()) {
      embeddedS3.started =
          Optional.of(
              lifecycle.opened(
                  "object store", s3(config, data, platform.storage(), parts.outside().clock())));
    }
    measure(config, data, platform, embeddedS3);
    lifecycle.opened("server", platform::stopServing);
    platform.start();
    if (config.worker().enabled()) {
      lifecycle.opened(
          "worker",
          StandaloneWorker.start(
              config, platform.localUrl(), joinToken, data, parts.outside().clock()));
    }
    return new Standalone(
        lifecycle,
        platform,
        embeddedS3.started.map(EmbeddedS3::endpoint).or(() -> config.s3().endpoint()),
        platform.firstAdministrator(),
        config.smtp().uri().isEmpty());
  }

  private static void measure(
      StandaloneConfig config, Path data, Platform platform, LateStore embeddedS3) {
    EmbeddedGauges gauges = new EmbeddedGauges(platform.meters());
    gauges.dataFolder(data);
    if (config.mongo().uri().isEmpty()) {
      gauges.database(EmbeddedMongo.fileIn(data.resolve(MONGO)));
    }
    embeddedS3.started.ifPresent(gauges::objects);
  }

  private static Secret joinToken(StandaloneConfig config, Path data, SystemRandom random) {
    return config
        .fleet()
        .joinToken()
        .orElseGet(() -> KeptSecret.in(data.resolve("join-token"), random));
  }

  private static Parts.MasterKeys masterKeys(StandaloneConfig config, Path data) {
    MasterKey active =
        config
            .masterKey()
            .map(MasterKey::of)
            .orElseGet(() -> MasterKey.loadOrCreate(data.resolve("master-key")));
    return Parts.MasterKeys.of(active, config.masterKeyPrevious());
  }

  /** The embedded object store, which starts after the server that it asks for identities. */
  private static final class LateStore {
    private volatile Optional<EmbeddedS3> started = Optional.empty();
  }

  private static Sections.Mongo mongo(Lifecycle lifecycle, StandaloneConfig config, Path data) {
    StandaloneConfig.Mongo mongo = config.mongo();
    return new Sections.Mongo(
        mongo.uri().orElseGet(() -> embeddedMongo(lifecycle, config, data)),
        mongo.database(),
        mongo.acceptWeakUniqueness());
  }

  private static Secret embeddedMongo(Lifecycle lifecycle, StandaloneConfig config, Path data) {
    int port = config.mongo().port();
    EmbeddedMongo mongo =
        onPort(LOOPBACK, port, "mongo.port", () -> EmbeddedMongo.start(data.resolve(MONGO), port));
    return Secret.of(lifecycle.opened("documents", mongo).uri());
  }

  private static Secret redis(
      Lifecycle lifecycle, StandaloneConfig config, Path data, RandomSource random) {
    StandaloneConfig.Redis redis = config.redis();
    EmbeddedRedis started =
        onPort(
            LOOPBACK,
            redis.port(),
            "redis.port",
            () -> EmbeddedRedis.start(data.resolve("redis"), redis.port(), redis.binary(), random));
    return lifecycle.opened("queues", started).uri();
  }

  private static EmbeddedS3 s3(
      StandaloneConfig config, Path data, StorageModule storage, InstantSource clock) {
    StandaloneConfig.S3 s3 = config.s3();
    EmbeddedS3.Settings settings =
        new EmbeddedS3.Settings(
            data.resolve("objects"),
            s3.bindAddress(),
            s3.port(),
            s3.publicEndpoint(),
            s3.corsOrigins());
    S3Identities identities =
        accessKeyId ->
            storage
                .findKey(accessKeyId)
                .map(
                    key ->
                        new S3Identity(
                            key.accessKeyId(),
                            key.secret(),
                            key.folder(),
                            key.quotaBytes(),
                            key.writable()));
    return onPort(
        s3.bindAddress(),
        s3.port(),
        "s3.port",
        () -> EmbeddedS3.start(settings, identities, clock));
  }

  /** Starts a part; says which key chooses its port if that is what can't be opened. */
  static <T> T onPort(String address, int port, String key, Supplier<T> start) {
    try {
      return start.get();
    } catch (RuntimeException e) {
      throw StartFailedException.isOfPort(e)
          ? StartFailedException.ofPort(address, port, key, e)
          : e;
    }
  }

  private static StoragePlace place(StandaloneConfig config, LateStore embedded) {
    StandaloneConfig.S3 s3 = config.s3();
    if (s3.endpoint().isPresent()) {
      URI endpoint = s3.endpoint().get();
      String accessKey =
          s3.accessKey()
              .orElseThrow(
                  () -> new IllegalArgumentException("s3.endpoint needs s3.access-key as well"));
      Secret secretKey =
          s3.secretKey()
              .orElseThrow(
                  () -> new IllegalArgumentException("s3.endpoint needs s3.secret-key as well"));
      return new StoragePlace.PlatformKey(
          S3Options.of(endpoint, s3.region(), accessKey, secretKey),
          s3.publicEndpoint().orElse(endpoint));
    }
    return new StoragePlace.OwnIdentities(
        () -> started(embedded).localEndpoint(),
        () -> started(embedded).endpoint(),
        s3.region(),
        folder -> started(embedded).usedBytes(folder));
  }

  private static EmbeddedS3 started(LateStore embedded) {
    return embedded.started.orElseThrow(
        () -> new IllegalStateException("the object store is not started yet"));
  }

  private static Parts.Outside outside(StandaloneConfig config) {
    return config
        .smtp()
        .uri()
        .<Parts.Outside>map(
            uri ->
                new Parts.Outside.Real(
                    InstantSource.system(),
                    new SmtpMailSender(SmtpAddress.parse(uri), config.smtp().from(), SMTP_TIMEOUT)))
        .orElseGet(() -> new Parts.Outside.Development(MovableClock.system(), config.dev().open()));
  }

  private static Settings settings(StandaloneConfig config, Secret joinToken) {
    return new Settings(
        config.http(),
        config.limits(),
        config.identity(),
        config.pricing(),
        config.payments().orSandboxEnabled(true),
        config.storage(),
        config.video(),
        config.jobs(),
        config.fleet().with(joinToken),
        config.telemetry());
  }

  /** How clients reach the server. */
  public URI publicUrl() {
    return platform.publicUrl();
  }

  /** How this machine reaches the server. */
  public URI localUrl() {
    return platform.localUrl();
  }

  /** How S3 clients reach the object store. */
  public Optional<URI> objects() {
    return objects;
  }

  /** Whether mail goes to the inbox. */
  public boolean inbox() {
    return inbox;
  }

  /** The administrator's first credentials, only from the start that made them. */
  public Optional<FirstAdministrator.Credentials> firstAdministrator() {
    return firstAdministrator;
  }

  @Override
  public void close() {
    lifecycle.close();
  }
}
