package dev.cloudlet.kernel.crypto;

import dev.cloudlet.kernel.config.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The 32 bytes that every other key of an installation comes from. Lose them and every encrypted
 * value is lost. Prints only its id. Immutable; any thread.
 */
public final class MasterKey {
  private static final int LENGTH = 32;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final byte[] bytes;
  private final String id;

  private MasterKey(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a master key has exactly 32 bytes");
    }
    this.bytes = bytes;
    this.id = HexFormat.of().formatHex(mac("key-id"), 0, 4);
  }

  /**
   * The key in {@code secret}: base64 (either alphabet) of 32 bytes; IllegalArgumentException
   * otherwise, without the text.
   */
  public static MasterKey of(Secret secret) {
    String text = secret.reveal().strip().replace('-', '+').replace('_', '/');
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      // The decoder's message quotes a character of the secret, so it is not kept as the cause.
      decoded = new byte[0];
    }
    return new MasterKey(decoded);
  }

  /** A new key. */
  public static MasterKey generate(RandomSource random) {
    return new MasterKey(random.bytes(LENGTH));
  }

  /**
   * The key in {@code file}, made with fresh system randomness if there is none. The file is
   * readable by its owner only and is on disk before the key is used; of two processes that start
   * at once, one makes it and both read it.
   *
   * @throws IllegalStateException if others may read the file, or it holds no key
   * @throws UncheckedIOException if the file cannot be read or made
   */
  public static MasterKey loadOrCreate(Path file) {
    try {
      if (!Files.exists(file)) {
        PrivateFile.create(
            file, Base64.getEncoder().encodeToString(new SystemRandom().bytes(LENGTH)) + "\n");
      }
      refuseOpenFile(file);
      return of(Secret.of(Files.readString(file, StandardCharsets.US_ASCII)));
    } catch (IllegalArgumentException noKey) {
      throw new IllegalStateException("the file " + file + " holds no master key", noKey);
    } catch (IOException failed) {
      throw new UncheckedIOException("the master key file " + file + " cannot be used", failed);
    }
  }

  /** Names this key without giving it away: eight hexadecimal digits. */
  public String id() {
    return id;
  }

  /**
   * 32 bytes for one purpose; different purposes are independent of each other and do not reveal
   * this key.
   */
  public byte[] derive(String purpose) {
    return mac("derive:" + purpose);
  }

  private byte[] mac(String label) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      return mac.doFinal(label.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has HmacSHA256", missing);
    }
  }

  private static void refuseOpenFile(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    EnumSet<PosixFilePermission> extra = EnumSet.noneOf(PosixFilePermission.class);
    extra.addAll(Files.getPosixFilePermissions(file));
    extra.removeAll(OWNER_ONLY);
    if (!extra.isEmpty()) {
      throw new IllegalStateException(
          "others may use the master key file " + file + ": chmod 600 it");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MasterKey key && MessageDigest.isEqual(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "MasterKey[" + id + "]";
  }
}
