package dev.cloudlet.kernel.crypto;

import dev.cloudlet.kernel.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id password hashes as PHC strings, computed on a small pool of its own: a flood of logins
 * waits in a bounded queue or is refused, and takes neither more memory than {@code threads x
 * memory} nor the threads of other calls. Callers may be virtual threads.
 */
public final class PasswordHasher implements AutoCloseable {
  /** The longest password in UTF-8 bytes; longer ones never match and cannot be hashed. */
  public static final int MAX_PASSWORD_BYTES = 1024;

  private static final int SALT = 16;
  private static final int HASH = 32;

  private final Cost cost;
  private final RandomSource random;
  private final ThreadPoolExecutor pool;

  /**
   * How hard one hash is.
   *
   * @param memoryKib memory in KiB, 8 to 1 GiB
   * @param passes 1 to 64
   * @param lanes 1 to 16
   */
  public record Cost(int memoryKib, int passes, int lanes) {
    /** What OWASP recommends: 19 MiB, two passes, one lane. */
    public static final Cost OWASP = new Cost(19_456, 2, 1);

    /** Refuses values outside the bounds, also those read from a stored hash. */
    public Cost {
      if (memoryKib < 8
          || memoryKib > 1 << 20
          || passes < 1
          || passes > 64
          || lanes < 1
          || lanes > 16) {
        throw new IllegalArgumentException("cost out of bounds");
      }
    }
  }

  /** Every thread is busy and the queue is full: try again in a moment. Nothing was computed. */
  public static final class OverloadedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OverloadedException(Throwable cause) {
      super("too many passwords are being checked at once", cause);
    }
  }

  /**
   * Starts a pool of {@code threads} with a queue of {@code queue} waiting hashes.
   *
   * @param threads at least 1, usually the number of cores
   * @param queue at least 1
   */
  public PasswordHasher(Cost cost, RandomSource random, int threads, int queue) {
    this.cost = cost;
    this.random = random;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            Thread.ofPlatform().daemon().name("password-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  /** OWASP cost, as many threads as cores, 32 waiting hashes per thread (about a second). */
  public static PasswordHasher standard(RandomSource random) {
    int cores = Runtime.getRuntime().availableProcessors();
    return new PasswordHasher(Cost.OWASP, random, cores, 32 * cores);
  }

  /**
   * A PHC string {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash} with a fresh salt.
   *
   * @throws OverloadedException if the queue is full
   * @throws IllegalArgumentException if the password is longer than {@link #MAX_PASSWORD_BYTES}
   */
  public String hash(Secret password) {
    byte[] bytes = password.reveal().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_PASSWORD_BYTES) {
      throw new IllegalArgumentException(
          "the password is longer than " + MAX_PASSWORD_BYTES + " bytes");
    }
    byte[] salt = random.bytes(SALT);
    return new Phc(cost, salt, run(() -> argon2(cost, salt, bytes, HASH))).text();
  }

  /**
   * Whether {@code stored} came from {@code password}; false if {@code stored} is no hash of this
   * kind. Compares in constant time.
   *
   * @throws OverloadedException if the queue is full
   */
  public boolean verify(Secret password, String stored) {
    byte[] bytes = password.reveal().getBytes(StandardCharsets.UTF_8);
    Optional<Phc> parsed = Phc.parse(stored);
    if (parsed.isEmpty() || bytes.length > MAX_PASSWORD_BYTES) {
      return false;
    }
    Phc phc = parsed.get();
    return MessageDigest.isEqual(
        phc.hash(), run(() -> argon2(phc.cost(), phc.salt(), bytes, phc.hash().length)));
  }

  /**
   * Takes as long as {@link #verify} and matches nothing: call it when the account does not exist,
   * so that the time does not tell.
   *
   * @throws OverloadedException if the queue is full
   */
  public void verifyNothing(Secret password) {
    byte[] bytes = password.reveal().getBytes(StandardCharsets.UTF_8);
    byte[] capped = bytes.length > MAX_PASSWORD_BYTES ? new byte[0] : bytes;
    byte[] ignored = run(() -> argon2(cost, new byte[SALT], capped, HASH));
    Arrays.fill(ignored, (byte) 0);
  }

  /**
   * Whether {@code stored} has another cost than this hasher's, so that the password should be
   * hashed again at this login.
   */
  public boolean needsRehash(String stored) {
    return Phc.parse(stored).map(phc -> !phc.cost().equals(cost)).orElse(true);
  }

  private byte[] run(Callable<byte[]> work) {
    Future<byte[]> future;
    try {
      future = pool.submit(work);
    } catch (RejectedExecutionException full) {
      throw new OverloadedException(full);
    }
    try {
      return future.get();
    } catch (InterruptedException interrupted) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while hashing a password");
    } catch (ExecutionException failed) {
      throw new IllegalStateException("Argon2 failed", failed.getCause());
    }
  }

  private static byte[] argon2(Cost cost, byte[] salt, byte[] password, int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.passes())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .build());
    byte[] hash = new byte[length];
    generator.generateBytes(password, hash);
    return hash;
  }

  /** Stops the threads; waiting hashes fail. */
  @Override
  public void close() {
    pool.shutdownNow().forEach(waiting -> ((Future<?>) waiting).cancel(true));
  }

  /** One parsed PHC string. */
  private record Phc(Cost cost, byte[] salt, byte[] hash) {
    private static final Pattern FORM =
        Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,64})\\$([A-Za-z0-9+/]{22,86})");

    static Optional<Phc> parse(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      try {
        Cost cost =
            new Cost(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        return Optional.of(
            new Phc(
                cost,
                Base64.getDecoder().decode(matcher.group(4)),
                Base64.getDecoder().decode(matcher.group(5))));
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
    }

    String text() {
      Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
      return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
          .formatted(
              cost.memoryKib(),
              cost.passes(),
              cost.lanes(),
              base64.encodeToString(salt),
              base64.encodeToString(hash));
    }
  }
}
