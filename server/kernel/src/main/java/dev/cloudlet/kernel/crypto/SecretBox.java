package dev.cloudlet.kernel.crypto;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Envelope encryption: each value has its own AES-256-GCM data key, which is wrapped by the master
 * key. Both layers are bound to the owner and the row, so a ciphertext copied to another row or
 * owner does not open. Immutable; any thread.
 *
 * <pre>
 * version 1 | master key id 4 bytes | nonce 12 | wrapped data key 32 + tag 16 | nonce 12 | ciphertext n + tag 16
 * </pre>
 */
public final class SecretBox {
  /** The largest value sealed. */
  public static final int MAX_PLAIN_BYTES = 1 << 20;

  private static final byte VERSION = 1;
  private static final int KEY_ID = 4;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int DATA_KEY = 32;
  private static final int WRAPPED = NONCE + DATA_KEY + TAG;
  private static final int OVERHEAD = 1 + KEY_ID + WRAPPED + NONCE + TAG;

  private final String activeId;
  private final Map<String, SecretKeySpec> wrappingKeys = new HashMap<>();
  private final RandomSource random;

  /**
   * A box that seals with {@code active} and opens with it or any of {@code previous}.
   *
   * @param previous keys still in use by stored values, newest first
   */
  public SecretBox(MasterKey active, List<MasterKey> previous, RandomSource random) {
    this.activeId = active.id();
    this.random = random;
    previous.forEach(this::add);
    add(active);
  }

  private void add(MasterKey key) {
    wrappingKeys.put(key.id(), new SecretKeySpec(key.derive("secret-box"), "AES"));
  }

  /** What a sealed value belongs to; opening needs the same. */
  public record Binding(String owner, String row) {
    /** Refuses empty parts: an empty binding binds nothing. */
    public Binding {
      if (owner.isEmpty() || row.isEmpty()) {
        throw new IllegalArgumentException("owner and row must not be empty");
      }
    }

    private byte[] bytes() {
      byte[] left = owner.getBytes(StandardCharsets.UTF_8);
      byte[] right = row.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(4 + left.length + right.length)
          .putInt(left.length)
          .put(left)
          .put(right)
          .array();
    }
  }

  /**
   * The value did not open: changed, of another owner or row, of an unknown key or format.
   * Deliberately says no more.
   */
  public static final class UnopenableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnopenableException(String message) {
      super(message);
    }
  }

  /** Seals at most {@link #MAX_PLAIN_BYTES}; sealing twice gives different bytes. */
  public byte[] seal(byte[] plain, Binding binding) {
    if (plain.length > MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException("at most " + MAX_PLAIN_BYTES + " bytes can be sealed");
    }
    byte[] head = head(activeId);
    byte[] bound = bound(head, binding);
    byte[] dataKey = random.bytes(DATA_KEY);
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(OVERHEAD + plain.length);
      out.writeBytes(head);
      out.writeBytes(encrypt(wrappingKey(activeId).orElseThrow(), dataKey, bound));
      out.writeBytes(encrypt(new SecretKeySpec(dataKey, "AES"), plain, bound));
      return out.toByteArray();
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  /**
   * The plain bytes.
   *
   * @throws UnopenableException if {@code sealed} was changed, or belongs to another binding, or to
   *     a master key this box does not have
   */
  public byte[] open(byte[] sealed, Binding binding) {
    if (sealed.length < OVERHEAD || sealed[0] != VERSION) {
      throw new UnopenableException("not a sealed value of a known format");
    }
    SecretKeySpec wrapping =
        wrappingKey(keyId(sealed))
            .orElseThrow(
                () -> new UnopenableException("sealed with a master key that is not here"));
    byte[] bound = bound(Arrays.copyOf(sealed, 1 + KEY_ID), binding);
    byte[] dataKey = decrypt(wrapping, sealed, 1 + KEY_ID, WRAPPED, bound);
    try {
      int start = 1 + KEY_ID + WRAPPED;
      return decrypt(
          new SecretKeySpec(dataKey, "AES"), sealed, start, sealed.length - start, bound);
    } finally {
      Arrays.fill(dataKey, (byte) 0);
    }
  }

  private Optional<SecretKeySpec> wrappingKey(String id) {
    return Optional.ofNullable(wrappingKeys.get(id));
  }

  private static String keyId(byte[] sealed) {
    return HexFormat.of().formatHex(sealed, 1, 1 + KEY_ID);
  }

  private static byte[] head(String keyId) {
    byte[] head = new byte[1 + KEY_ID];
    head[0] = VERSION;
    System.arraycopy(HexFormat.of().parseHex(keyId), 0, head, 1, KEY_ID);
    return head;
  }

  private static byte[] bound(byte[] head, Binding binding) {
    byte[] owner = binding.bytes();
    return ByteBuffer.allocate(head.length + owner.length).put(head).put(owner).array();
  }

  private byte[] encrypt(SecretKeySpec key, byte[] plain, byte[] bound) {
    byte[] nonce = random.bytes(NONCE);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG * 8, nonce));
      cipher.updateAAD(bound);
      byte[] sealed = cipher.doFinal(plain);
      return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every Java platform has AES/GCM", missing);
    }
  }

  private static byte[] decrypt(
      SecretKeySpec key, byte[] from, int offset, int length, byte[] bound) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG * 8, from, offset, NONCE));
      cipher.updateAAD(bound);
      return cipher.doFinal(from, offset + NONCE, length - NONCE);
    } catch (GeneralSecurityException forged) {
      // The cause is dropped on purpose: a wrong tag must look the same as any other fault.
      throw new UnopenableException("changed, or bound to another owner or row");
    }
  }
}
