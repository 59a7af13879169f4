package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.RandomSource;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Key pairs of the object store: two of the platform's own per account, up to ten of the customer.
 */
final class StorageKeys {
  private static final int SECRET_BYTES = 30;

  private final S3KeyStore store;
  private final SecretBox box;
  private final RandomSource random;
  private final InstantSource clock;

  StorageKeys(S3KeyStore store, SecretBox box, RandomSource random, InstantSource clock) {
    this.store = store;
    this.box = box;
    this.random = random;
    this.clock = clock;
  }

  /** A pair with its secret opened. */
  record KeyPair(S3Key key, Secret secret) {}

  /**
   * The pair with which the platform itself works on the owner's storage; made when first asked.
   */
  KeyPair internal(AccountId owner, IdSource ids) {
    return own(owner, S3Key.internalSlot(owner), ids);
  }

  /**
   * The pair with which the platform removes what the owner no longer may; it signs no URL and
   * never leaves the server. Made when first asked.
   */
  KeyPair cleaner(AccountId owner, IdSource ids) {
    return own(owner, S3Key.cleanerSlot(owner), ids);
  }

  private KeyPair own(AccountId owner, String slot, IdSource ids) {
    Optional<S3Key> known = store.findInSlot(slot);
    if (known.isEmpty()) {
      store.insert(fresh(accessKeyId(ids), owner, slot, "platform"));
      // Of two servers that make one at once, the first one's stands.
      known = store.findInSlot(slot);
    }
    return open(known.orElseThrow(() -> new IllegalStateException("an internal pair was removed")));
  }

  /**
   * A new pair for the customer; run again with the same ids it gives the same pair.
   *
   * @throws PlatformException QUOTA_EXCEEDED if all slots are taken
   */
  KeyPair create(AccountId owner, String label, IdSource ids) {
    String id = accessKeyId(ids);
    for (int number = 0; number < S3Key.SLOTS; number++) {
      S3Key key = fresh(id, owner, S3Key.slot(owner, number), label);
      if (store.insert(key)) {
        return open(key);
      }
      Optional<S3Key> made = store.find(id).filter(found -> found.owner().equals(owner));
      if (made.isPresent()) {
        return open(made.get());
      }
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_QUOTA_EXCEEDED,
        "Your storage has " + S3Key.SLOTS + " key pairs. Revoke one first.");
  }

  /** The customer's pairs, oldest first. */
  List<S3Key> list(AccountId owner) {
    return IntStream.range(0, S3Key.SLOTS)
        .mapToObj(number -> store.findInSlot(S3Key.slot(owner, number)))
        .flatMap(Optional::stream)
        .sorted(Comparator.comparing(S3Key::id))
        .toList();
  }

  /** Ends a customer's pair; one that is gone, or never was, is not found by anybody. */
  void revoke(AccountId owner, String accessKeyId) {
    Optional<S3Key> key = store.find(accessKeyId).filter(found -> found.owner().equals(owner));
    if (key.filter(found -> found.isInternal() || found.isCleaner()).isPresent()) {
      throw PlatformException.notFound("key pair", accessKeyId);
    }
    key.ifPresent(found -> store.delete(owner, accessKeyId));
  }

  /** Any pair by its access key id. */
  Optional<KeyPair> find(String accessKeyId) {
    return store.find(accessKeyId).map(this::open);
  }

  private S3Key fresh(String id, AccountId owner, String slot, String label) {
    byte[] secret = random.token(SECRET_BYTES).getBytes(StandardCharsets.US_ASCII);
    return new S3Key(id, owner, slot, label, box.seal(secret, binding(owner, id)), clock.instant());
  }

  private KeyPair open(S3Key key) {
    byte[] secret = box.open(key.sealedSecret(), binding(key.owner(), key.id()));
    return new KeyPair(key, Secret.of(new String(secret, StandardCharsets.US_ASCII)));
  }

  private static SecretBox.Binding binding(AccountId owner, String accessKeyId) {
    return new SecretBox.Binding(owner.value(), "storage_keys/" + accessKeyId);
  }

  // S3 clients expect capital letters and digits only.
  private static String accessKeyId(IdSource ids) {
    return ids.next("clk").replace("_", "").toUpperCase(Locale.ROOT);
  }
}
