package dev.cloudlet.standalone.seeds;

import static dev.cloudlet.standalone.seeds.SeedClient.data;
import static dev.cloudlet.standalone.seeds.SeedClient.encoded;
import static dev.cloudlet.standalone.seeds.SeedClient.json;
import static dev.cloudlet.standalone.seeds.SeedClient.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cloudlet.standalone.PlatformExtension;
import dev.cloudlet.standalone.PlatformExtension.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The routes of seed 000 for object storage and video. */
class Seed000StorageTest {
  private static final String BASE = "/api/v1/object-storage/";
  private static final byte[] BYTES = "eleven bytes".getBytes(StandardCharsets.UTF_8);

  @RegisterExtension
  static final PlatformExtension platform = new PlatformExtension("--worker.enabled=false");

  private static final SeedClient seed = new SeedClient(platform);

  /** Has storage. */
  private static String token;

  /** Has none, and no coins. */
  private static String poor;

  @BeforeAll
  static void customers() {
    token = platform.newCustomer().token();
    poor = platform.newCustomer().token();
    seed.buy(token, 200);
    data(seed.post(token, BASE + "enable-bucket-service", json("storageInGB", 1)), 200);
  }

  private static String bucket(String name) {
    data(seed.post(token, BASE + "create-bucket", json("bucketName", name)), 200);
    return name;
  }

  private static void object(String bucket, String key) {
    JsonNode data =
        data(
            seed.post(
                token,
                BASE + "put-object",
                json("bucketName", bucket, "objectKey", key, "objectSize", 1)),
            200);
    assertThat(seed.put(data.path("signedUrl").asText(), BYTES, "text/plain")).isEqualTo(200);
  }

  private static JsonNode objects(String bucket) {
    return data(seed.get(token, BASE + "getObjects/me?bucket=" + bucket), 200).path("objects");
  }

  @Test
  void enableBucketServiceGivesKeysOnceAndCharges() {
    String customer = platform.newCustomer().token();
    seed.buy(customer, 40);
    JsonNode data =
        data(seed.post(customer, BASE + "enable-bucket-service", json("storageInGB", "2")), 200);
    assertThat(data.path("StorageEndpoint").asText()).startsWith("http");
    assertThat(data.path("accessKeyId").asText()).isNotEmpty();
    assertThat(data.path("secretAccessKey").asText()).isNotEmpty();
    assertThat(data(seed.get(customer, "/api/v1/scs-coins"), 200).path("scsCoins").doubleValue())
        .isEqualTo(10);
    assertThat(
            data(seed.get(customer, "/api/v1/profile"), 200)
                .path("objectStorageServiceEnabled")
                .booleanValue())
        .isTrue();
    refused(seed.post(customer, BASE + "enable-bucket-service", json("storageInGB", 1)), 400);
  }

  @Test
  void enableBucketServiceRefusesWithoutCoinsSizeOrLogin() {
    refused(seed.post(poor, BASE + "enable-bucket-service", json("storageInGB", 1)), 400);
    for (Object size : new Object[] {0, -1, 1.5, "all", Map.of("$gt", 0)}) {
      refused(seed.post(poor, BASE + "enable-bucket-service", json("storageInGB", size)), 400);
    }
    refused(seed.post(poor, BASE + "enable-bucket-service", "{}"), 400);
    refused(
        seed.post(BASE + "enable-bucket-service", json("storageInGB", 1, "AccessCookie", token)),
        401);
  }

  @Test
  void getBucketsListsNamesAndDates() {
    bucket("listed-one");
    JsonNode buckets =
        data(seed.post(token, BASE + "getBuckets", json("AccessCookie", token)), 200)
            .path("buckets");
    assertThat(buckets)
        .anySatisfy(
            found -> {
              assertThat(found.path("Name").asText()).isEqualTo("listed-one");
              assertThat(Instant.parse(found.path("CreationDate").asText()))
                  .isBefore(Instant.now().plusSeconds(60));
            });
    refused(seed.post(poor, BASE + "getBuckets", "{}"), 404);
    refused(seed.post(BASE + "getBuckets", "{}"), 401);
  }

  @Test
  void createBucketMakesOneAndRefusesBadAndTakenNames() {
    Answer made = seed.post(token, BASE + "create-bucket", json("bucketName", "made-one"));
    assertThat(data(made, 200).path("metadata").isObject()).isTrue();
    refused(seed.post(token, BASE + "create-bucket", json("bucketName", "made-one")), 400);
    refused(seed.post(token, BASE + "create-bucket", json("bucketName", "../Other")), 400);
    refused(seed.post(token, BASE + "create-bucket", "{}"), 400);
    refused(seed.post(poor, BASE + "create-bucket", json("bucketName", "poor-one")), 404);
    refused(seed.post(BASE + "create-bucket", json("bucketName", "x-one")), 401);
  }

  @Test
  void deleteBucketTakesAnEmptyOneByABodyOnDelete() {
    bucket("going-one");
    assertThat(
            data(seed.delete(token, BASE + "delete-bucket", json("bucketName", "going-one")), 200)
                .path("metadata")
                .isObject())
        .isTrue();
    bucket("full-one");
    object("full-one", "a.txt");
    refused(seed.delete(token, BASE + "delete-bucket", json("bucketName", "full-one")), 400, 409);
    refused(seed.delete(token, BASE + "delete-bucket", "{}"), 400);
    refused(platform.call("DELETE", BASE + "delete-bucket", json("bucketName", "full-one")), 401);
  }

  @Test
  void putObjectSignsAnAddressForExactlyThatKey() {
    bucket("put-one");
    object("put-one", "a/b c.txt");
    assertThat(objects("put-one").get(0).path("Key").asText()).isEqualTo("a/b c.txt");
    refused(seed.post(token, BASE + "put-object", json("bucketName", "put-one")), 400);
    refused(seed.post(token, BASE + "put-object", json("objectKey", "a")), 400);
    refused(
        seed.post(token, BASE + "put-object", json("bucketName", "put-one", "objectKey", "../a")),
        400);
    refused(
        seed.post(token, BASE + "put-object", json("bucketName", "no-such-one", "objectKey", "a")),
        404);
    refused(
        seed.post(poor, BASE + "put-object", json("bucketName", "put-one", "objectKey", "a")), 404);
    for (Object size : new Object[] {1 << 20, "1048575.5", -1, "many", Map.of("$gt", 0)}) {
      refused(
          seed.post(
              token,
              BASE + "put-object",
              json("bucketName", "put-one", "objectKey", "big", "objectSize", size)),
          400);
    }
    data(
        seed.post(
            token,
            BASE + "put-object",
            json("bucketName", "put-one", "objectKey", "part", "objectSize", "0.5")),
        200);
    refused(seed.post(BASE + "put-object", json("bucketName", "put-one", "objectKey", "a")), 401);
  }

  @Test
  void getObjectsListsByPagesAndIgnoresTheTokenInThePath() {
    bucket("many-one");
    for (String key : new String[] {"a", "b", "c"}) {
      object("many-one", key);
    }
    JsonNode found = objects("many-one");
    assertThat(found).hasSize(3);
    assertThat(found.get(0).path("Size").longValue()).isEqualTo(BYTES.length);
    assertThat(found.get(0).path("ETag").asText()).isNotEmpty();
    assertThat(found.get(0).path("StorageClass").asText()).isEqualTo("STANDARD");
    assertThat(Instant.parse(found.get(0).path("LastModified").asText())).isNotNull();
    Answer second = seed.get(token, BASE + "getObjects/me?bucket=many-one&page=2&limit=2");
    assertThat(data(second, 200).path("objects")).hasSize(1);
    assertThat(second.body().path("pagination").path("totalPages").intValue()).isEqualTo(2);
    refused(seed.get(token, BASE + "getObjects/me"), 400);
    refused(seed.get(poor, BASE + "getObjects/" + token + "?bucket=many-one"), 404);
    refused(seed.get(BASE + "getObjects/" + token + "?bucket=many-one"), 401);
  }

  @Test
  void getObjectSignsAnAddressForAnObjectThatIsThere() {
    bucket("get-one");
    object("get-one", "a.txt");
    JsonNode data =
        data(seed.get(token, BASE + "getObject/me?bucket=get-one&objectKey=a.txt"), 200);
    assertThat(seed.fetched(data.path("signedUrl").asText())).isEqualTo(BYTES);
    refused(seed.get(token, BASE + "getObject/me?bucket=get-one&objectKey=none"), 404);
    refused(seed.get(token, BASE + "getObject/me?bucket=get-one"), 400);
    refused(seed.get(poor, BASE + "getObject/me?bucket=get-one&objectKey=a.txt"), 404);
    refused(seed.get(BASE + "getObject/" + token + "?bucket=get-one&objectKey=a.txt"), 401);
  }

  @Test
  void deleteObjectTakesBothNamesOfTheBucket() {
    bucket("drop-one");
    object("drop-one", "a");
    object("drop-one", "b");
    Answer first =
        seed.delete(token, BASE + "delete-object", json("bucket", "drop-one", "objectKey", "a"));
    assertThat(first.status()).isEqualTo(204);
    assertThat(first.raw().body()).isEmpty();
    assertThat(
            seed.delete(
                    token, BASE + "delete-object", json("bucketName", "drop-one", "objectKey", "b"))
                .status())
        .isEqualTo(204);
    assertThat(objects("drop-one")).isEmpty();
    refused(seed.delete(token, BASE + "delete-object", json("bucket", "drop-one")), 400);
    refused(seed.delete(token, BASE + "delete-object", json("objectKey", "a")), 400);
    refused(
        platform.call(
            "DELETE", BASE + "delete-object", json("bucket", "drop-one", "objectKey", "a")),
        401);
  }

  @Test
  void getStorageInfoShowsEverythingButTheSecret() {
    Answer answer = seed.get(token, BASE + "getStorageInfo/me");
    JsonNode data = data(answer, 200);
    assertThat(data.path("accessKey").asText()).isNotEmpty();
    assertThat(data.path("storageEndpoint").asText()).startsWith("http");
    assertThat(data.path("storageInGB").intValue()).isEqualTo(1);
    assertThat(Instant.parse(data.path("expiryDate").asText()))
        .isAfter(Instant.now().plus(Duration.ofDays(29)));
    assertThat(answer.raw().body()).doesNotContainIgnoringCase("secret");
    refused(seed.get(poor, BASE + "getStorageInfo/me"), 404);
    refused(seed.get(BASE + "getStorageInfo/" + token), 401);
  }

  @Test
  void extendStorageExpirationAddsThirtyDaysAndCharges() {
    String customer = platform.newCustomer().token();
    seed.buy(customer, 30);
    data(seed.post(customer, BASE + "enable-bucket-service", json("storageInGB", 1)), 200);
    Instant before = expiry(customer);
    data(seed.post(customer, BASE + "extendStorageExpiration", "{}"), 200);
    assertThat(Duration.between(before, expiry(customer))).isEqualTo(Duration.ofDays(30));
    refused(seed.post(customer, BASE + "extendStorageExpiration", "{}"), 400);
    refused(seed.post(poor, BASE + "extendStorageExpiration", "{}"), 404);
    refused(seed.post(BASE + "extendStorageExpiration", "{}"), 401);
  }

  private static Instant expiry(String customer) {
    return Instant.parse(
        data(seed.get(customer, BASE + "getStorageInfo/me"), 200).path("expiryDate").asText());
  }

  private static JsonNode video(String bucket) {
    return data(
        seed.post(
            token,
            "/api/v1/upload-video",
            json(
                "fileName",
                "v.mp4",
                "videoSizeInMB",
                9999,
                "bucketName",
                bucket,
                "AccessCookie",
                token)),
        200);
  }

  @Test
  void uploadVideoGivesAnAddressAndAKey() {
    bucket("films-one");
    JsonNode data = video("films-one");
    assertThat(data.path("videoKey").asText()).isNotEmpty();
    assertThat(data.path("email").asText()).contains("@");
    assertThat(seed.put(data.path("uploadUrl").asText(), BYTES, "video/mp4")).isEqualTo(200);
    refused(seed.post(token, "/api/v1/upload-video", json("bucketName", "films-one")), 400);
    refused(seed.post(token, "/api/v1/upload-video", json("fileName", "v.mp4")), 400);
    refused(
        seed.post(
            poor, "/api/v1/upload-video", json("fileName", "v.mp4", "bucketName", "films-one")),
        400,
        403);
    refused(
        seed.post("/api/v1/upload-video", json("fileName", "v.mp4", "bucketName", "films-one")),
        401);
  }

  @Test
  void transcodingVideoQueuesTheMeasuredFileAndIgnoresTheClientsNumbers() {
    bucket("films-two");
    JsonNode video = video("films-two");
    String key = video.path("videoKey").asText();
    String order =
        json(
            "videoKey",
            key,
            "bucketPath",
            "out",
            "userBucketName",
            "films-two",
            "email",
            "x@example.com",
            "videoSizeInMB",
            -5);
    refused(seed.post(token, "/api/v1/transcoding-video", order), 400);
    assertThat(seed.put(video.path("uploadUrl").asText(), BYTES, "video/mp4")).isEqualTo(200);
    refused(
        seed.post(
            token,
            "/api/v1/transcoding-video",
            json("videoKey", key, "userBucketName", "put-other")),
        400);
    data(seed.post(token, "/api/v1/transcoding-video", order), 200);
    refused(
        seed.post(token, "/api/v1/transcoding-video", json("userBucketName", "films-two")), 400);
    refused(seed.post(token, "/api/v1/transcoding-video", json("videoKey", key)), 400);
    refused(seed.post(poor, "/api/v1/transcoding-video", order), 404);
    refused(seed.post("/api/v1/transcoding-video", order), 401);
  }

  @Test
  void keysAreEncodedInTheAddress() {
    bucket("odd-one");
    object("odd-one", "ä & b+c.txt");
    JsonNode data =
        data(
            seed.get(
                token, BASE + "getObject/me?bucket=odd-one&objectKey=" + encoded("ä & b+c.txt")),
            200);
    assertThat(seed.fetched(data.path("signedUrl").asText())).isEqualTo(BYTES);
  }
}
