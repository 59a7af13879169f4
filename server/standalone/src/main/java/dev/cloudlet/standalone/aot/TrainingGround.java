package dev.cloudlet.standalone.aot;

import dev.cloudlet.app.Lifecycle;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.standalone.Standalone;
import dev.cloudlet.standalone.StandaloneConfig;
import dev.cloudlet.standalone.embedded.EmbeddedMongo;
import dev.cloudlet.standalone.embedded.EmbeddedRedis;
import dev.cloudlet.standalone.embedded.EmbeddedS3;
import dev.cloudlet.standalone.embedded.S3Identity;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a program needs around it to run for a minute: parts and a platform of its own in this
 * process, with secrets that nobody else has and data that nobody keeps.
 */
public final class TrainingGround implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String NAME = "training";
  private static final long QUOTA = 1L << 30;

  private final Lifecycle lifecycle = new Lifecycle();
  private final SystemRandom random = new SystemRandom();
  private final Path folder;
  private final List<String> arguments;

  /** Starts what that program needs, with all data in {@code folder}. */
  public TrainingGround(TrainedProgram program, Path folder) {
    this.folder = folder;
    try {
      this.arguments =
          switch (program) {
            case STANDALONE -> standalone("true");
            case SERVER -> server();
            case WORKER -> worker();
          };
    } catch (RuntimeException | Error e) {
      lifecycle.close();
      throw e;
    }
  }

  /** What the program is started with. */
  public List<String> arguments() {
    return arguments;
  }

  private List<String> standalone(String withWorker) {
    return List.of(
        "--data.folder=" + folder.resolve("data"),
        "--http.port=0",
        "--s3.port=0",
        "--worker.enabled=" + withWorker);
  }

  private List<String> server() {
    String key = secret();
    EmbeddedMongo mongo =
        lifecycle.opened("documents", EmbeddedMongo.start(folder.resolve("documents"), 0));
    EmbeddedRedis redis =
        lifecycle.opened(
            "queues", EmbeddedRedis.start(folder.resolve("queues"), 0, Optional.empty(), random));
    EmbeddedS3 objects =
        lifecycle.opened(
            "objects",
            EmbeddedS3.start(
                new EmbeddedS3.Settings(
                    folder.resolve("objects"), LOOPBACK, 0, Optional.empty(), List.of()),
                id -> Optional.of(new S3Identity(id, Secret.of(key), NAME, QUOTA, true)),
                InstantSource.system()));
    return List.of(
        "--http.port=0",
        "--mongo.uri=" + mongo.uri(),
        "--redis.uri=" + redis.uri().reveal(),
        "--s3.endpoint=" + objects.endpoint(),
        "--s3.access-key=" + NAME,
        "--s3.secret-key=" + key,
        // Nothing is mailed before somebody takes the mail.
        "--smtp.uri=smtp://" + LOOPBACK + ":9",
        "--master-key=" + Base64.getEncoder().encodeToString(random.bytes(32)),
        "--fleet.join-token=" + secret());
  }

  private List<String> worker() {
    String joinToken = secret();
    List<String> options =
        Stream.concat(standalone("false").stream(), Stream.of("--fleet.join-token=" + joinToken))
            .toList();
    Standalone platform =
        lifecycle.opened(
            "platform",
            Standalone.start(
                ConfigReader.of(StandaloneConfig.class).read(ConfigSources.of(options, Map.of()))));
    return List.of(
        "--server=" + platform.localUrl(),
        "--join-token=" + joinToken,
        "--name=" + NAME,
        "--advertise=" + LOOPBACK + ":0",
        "--work-folder=" + folder.resolve("work"));
  }

  private String secret() {
    return random.token(24);
  }

  @Override
  public void close() {
    lifecycle.close();
  }
}
