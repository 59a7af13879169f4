package dev.cloudlet.bench.storage;

import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.kernel.blob.Presigner;
import dev.cloudlet.kernel.blob.ResponseOverrides;
import dev.cloudlet.kernel.config.Secret;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http;
import io.minio.MinioClient;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** g1: a signed address against one HMAC of as many bytes, and against minio-java. */
public final class PresignRow implements Row {
  private static final String SECRET = "a-secret-that-only-this-bench-knows";
  private static final int SIGNED_BYTES = 300;

  /** The row. */
  public PresignRow() {}

  @Override
  public List<String> names() {
    return List.of("g1");
  }

  /** One signature; gives something of it, so that nothing can be left out. */
  private interface Signature {
    int length(int number) throws Exception;
  }

  private static Side many(int operations, Signature signature) {
    return () -> {
      double cpu = Cpu.ofThisProcess();
      long begun = System.nanoTime();
      long sum = 0;
      for (int i = 0; i < operations; i++) {
        sum += signature.length(i);
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      if (sum < operations) {
        throw new IllegalStateException("nothing was signed");
      }
      return new Sample(operations, seconds, Cpu.ofThisProcess() - cpu);
    };
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    Presigner presigner =
        new Presigner(
            URI.create("http://127.0.0.1:9000"),
            "us-east-1",
            "access",
            Secret.of(SECRET),
            InstantSource.system());
    Signature ours =
        i ->
            presigner
                .get("bucket", "folder/object-" + i, Duration.ofHours(1), ResponseOverrides.NONE)
                .text()
                .length();
    byte[] text = new byte[SIGNED_BYTES];
    Signature raw = i -> hmac(text, i);
    MinioClient minio =
        MinioClient.builder()
            .endpoint("http://127.0.0.1:9000")
            .region("us-east-1")
            .credentials("access", SECRET)
            .build();
    Signature theirs = i -> minio.getPresignedObjectUrl(arguments(i)).length();
    Pair toRaw = Pair.measure(many(100_000, ours), many(100_000, raw), rounds);
    Pair toMinio = Pair.measure(many(100_000, ours), many(3_000, theirs), rounds);
    return List.of(
        result("signed address : one HMAC-SHA256 of 300 bytes", toRaw, Goal.atLeast(0.4)),
        result("signed address : minio-java", toMinio, Goal.atLeast(20)));
  }

  private static Result result(String what, Pair pair, Goal goal) {
    return new Result("g1", what, pair.ratio(Sample::rate), goal, pair.details());
  }

  private static int hmac(byte[] text, int number) throws GeneralSecurityException {
    text[0] = (byte) number;
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
    return mac.doFinal(text).length;
  }

  private static GetPresignedObjectUrlArgs arguments(int number) {
    return GetPresignedObjectUrlArgs.builder()
        .method(Http.Method.GET)
        .bucket("bucket")
        .object("folder/object-" + number)
        .expiry(3600)
        .build();
  }
}
