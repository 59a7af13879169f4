package dev.cloudlet.testkit;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which of its kind a suite runs on: the embedded one, or the real one whose address the
 * environment gives.
 */
public enum TestPart {
  EMBEDDED,
  REAL;

  /** Address of a real MongoDB; each suite makes a database of its own there. */
  public static final String MONGO_URI = "CLOUDLET_TEST_MONGO_URI";

  /** Address of a real Redis; suites wipe it. */
  public static final String REDIS_URI = "CLOUDLET_TEST_REDIS_URI";

  /** Address of a real S3. */
  public static final String S3_ENDPOINT = "CLOUDLET_TEST_S3_ENDPOINT";

  /** Key of a real S3 that may make and delete buckets. */
  public static final String S3_ACCESS_KEY = "CLOUDLET_TEST_S3_ACCESS_KEY";

  /** Secret of that key. */
  public static final String S3_SECRET_KEY = "CLOUDLET_TEST_S3_SECRET_KEY";

  /** What the environment says, if anything. */
  public static Optional<String> given(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
  }

  /** What the environment must say where a real part is used. */
  public static String required(String variable) {
    return given(variable).orElseThrow(() -> new IllegalStateException(variable + " is not given"));
  }

  static List<TestPart> ofMongo() {
    return whenGiven(MONGO_URI);
  }

  static List<TestPart> ofRedis() {
    return whenGiven(REDIS_URI);
  }

  static List<TestPart> ofS3() {
    return whenGiven(S3_ENDPOINT);
  }

  static List<TestPart> ofMongoAndRedis() {
    return whenGiven(MONGO_URI, REDIS_URI);
  }

  static List<TestPart> ofRedisAndS3() {
    return whenGiven(REDIS_URI, S3_ENDPOINT);
  }

  /** For what runs on MongoDB, Redis and S3 together. */
  static List<TestPart> ofAll() {
    return whenGiven(MONGO_URI, REDIS_URI, S3_ENDPOINT);
  }

  private static List<TestPart> whenGiven(String... variables) {
    return List.of(variables).stream().allMatch(variable -> given(variable).isPresent())
        ? List.of(values())
        : List.of(EMBEDDED);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
