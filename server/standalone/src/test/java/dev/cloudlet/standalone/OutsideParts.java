package dev.cloudlet.standalone;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.SystemRandom;
import dev.cloudlet.standalone.embedded.EmbeddedMongo;
import dev.cloudlet.standalone.embedded.EmbeddedRedis;
import dev.cloudlet.standalone.embedded.EmbeddedS3;
import dev.cloudlet.standalone.embedded.S3Identity;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MongoDB, Redis and S3 as a server of its own needs them, with data of this test's own.
 *
 * @param arguments the server's, to find them
 * @param secrets what must not show anywhere
 */
record OutsideParts(List<String> arguments, List<String> secrets, List<AutoCloseable> opened)
    implements AutoCloseable {
  private static final String KEY = "platform";
  private static final String SECRET = "secret-of-the-platform";

  static OutsideParts start(TestPart part, Path folder) throws IOException {
    return switch (part) {
      case EMBEDDED -> embedded(folder);
      case REAL -> real();
    };
  }

  private static OutsideParts embedded(Path folder) throws IOException {
    EmbeddedMongo mongo = EmbeddedMongo.start(folder.resolve("mongo"), 0);
    EmbeddedRedis redis =
        EmbeddedRedis.start(folder.resolve("redis"), 0, Optional.empty(), new SystemRandom());
    EmbeddedS3 s3 =
        EmbeddedS3.start(
            new EmbeddedS3.Settings(
                folder.resolve("objects"), "127.0.0.1", 0, Optional.empty(), List.of()),
            key ->
                key.equals(KEY)
                    ? Optional.of(new S3Identity(KEY, Secret.of(SECRET), KEY, 1L << 30, true))
                    : Optional.empty(),
            InstantSource.system());
    String redisUri = redis.uri().reveal();
    return new OutsideParts(
        arguments(mongo.uri(), redisUri, s3.endpoint(), KEY, SECRET),
        List.of(redisUri.substring("redis://".length()), SECRET),
        List.of(mongo, redis, s3));
  }

  private static OutsideParts real() {
    TestMongo mongo = TestMongo.start(TestPart.REAL);
    String redis = TestPart.required(TestPart.REDIS_URI);
    String secret = TestPart.required(TestPart.S3_SECRET_KEY);
    List<String> arguments =
        new ArrayList<>(
            arguments(
                mongo.uri().reveal(),
                redis,
                URI.create(TestPart.required(TestPart.S3_ENDPOINT)),
                TestPart.required(TestPart.S3_ACCESS_KEY),
                secret));
    arguments.add("--mongo.database=" + mongo.database());
    if (mongo.isFerret()) {
      arguments.add("--mongo.accept-weak-uniqueness=true");
    }
    return new OutsideParts(
        arguments, List.of(redis.substring("redis://".length()), secret), List.of(mongo));
  }

  private static List<String> arguments(
      String mongo, String redis, URI s3, String key, String secret) {
    return List.of(
        "--mongo.uri=" + mongo,
        "--redis.uri=" + redis,
        "--s3.endpoint=" + s3,
        "--s3.access-key=" + key,
        "--s3.secret-key=" + secret);
  }

  @Override
  public void close() {
    for (AutoCloseable part : opened.reversed()) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("a part can't be stopped", e);
      }
    }
  }
}
