package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.JwtKeys;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SigningKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys that all servers of an installation share, sealed by the master key. A key that
 * grew old gets a successor; one insert decides whose. The successor is published for a while
 * before it signs, so that every server and every node knows it by then, and the old key stays
 * published until its last token is over. Which key signs follows from the times in the database
 * alone, so servers agree without talking to each other.
 *
 * <p>{@link #refresh} looks at the database and is called from time to time; {@link #current} never
 * blocks. Any thread.
 */
final class SigningKeys {
  private final SigningKeyStore store;
  private final SecretBox box;
  private final String issuer;
  private final Duration age;
  private final Duration overlap;
  private final InstantSource clock;
  // Guarded by this; as many as are published.
  private final Map<SigningKeyId, SigningKey> opened = new HashMap<>();
  private volatile @Nullable Keys keys;

  /** The tokens' keys and the ids they were made from, the signing one first. */
  private record Keys(List<SigningKeyId> ids, JwtKeys jwt) {}

  SigningKeys(SigningKeyStore store, SecretBox box, IdentityConfig config, InstantSource clock) {
    this.store = store;
    this.box = box;
    this.issuer = config.issuer();
    this.age = config.signingKeyAge();
    this.overlap = config.signingKeyOverlap();
    this.clock = clock;
    this.keys = load();
  }

  /** What to sign and check tokens with now. */
  JwtKeys current() {
    return Objects.requireNonNull(keys).jwt();
  }

  /**
   * Makes, takes in and forgets keys as their time comes.
   *
   * @throws IllegalStateException if a stored key was sealed by a master key that is not here
   */
  synchronized void refresh() {
    keys = load();
  }

  private synchronized Keys load() {
    List<SealedKey> sealed = succeeded();
    Instant now = clock.instant();
    int signing = signing(sealed, now);
    // Keys before the signing one are published until the tokens that they signed are over.
    List<SealedKey> published =
        IntStream.range(0, sealed.size())
            .filter(i -> i >= signing || now.isBefore(retireTime(sealed.get(i + 1))))
            .mapToObj(sealed::get)
            .toList();
    sealed.stream().filter(key -> !published.contains(key)).forEach(key -> store.delete(key.id()));
    List<SigningKeyId> ids = published.stream().map(SealedKey::id).collect(Collectors.toList());
    SigningKeyId active = sealed.get(signing).id();
    ids.remove(active);
    ids.addFirst(active);
    Optional<Keys> before = Optional.ofNullable(keys);
    if (before.filter(known -> known.ids().equals(ids)).isPresent()) {
      return before.get();
    }
    opened.keySet().retainAll(ids);
    published.forEach(key -> opened.computeIfAbsent(key.id(), id -> open(key)));
    List<SigningKey> all = ids.stream().map(id -> Objects.requireNonNull(opened.get(id))).toList();
    return new Keys(ids, new JwtKeys(issuer, all.getFirst(), all.subList(1, all.size()), clock));
  }

  /** The stored keys, oldest first, after the newest got a successor if it is old. */
  private List<SealedKey> succeeded() {
    List<SealedKey> found = store.list();
    Instant now = clock.instant();
    if (found.isEmpty()) {
      store.insert(make(SigningKeyId.of(0), now));
    } else if (!now.isBefore(found.getLast().createTime().plus(age))) {
      store.insert(make(SigningKeyId.of(found.getLast().id().number() + 1), now));
    } else {
      return found;
    }
    // Of two servers that made one at once, the first one's stands.
    return store.list();
  }

  /** The newest key that was published long enough; at the beginning the only one there is. */
  private int signing(List<SealedKey> sealed, Instant now) {
    for (int i = sealed.size() - 1; i > 0; i--) {
      if (!now.isBefore(sealed.get(i).createTime().plus(overlap))) {
        return i;
      }
    }
    return 0;
  }

  private Instant retireTime(SealedKey successor) {
    return successor.createTime().plus(overlap).plus(overlap);
  }

  private SealedKey make(SigningKeyId id, Instant now) {
    byte[] pem = SigningKey.generate().toPem().reveal().getBytes(StandardCharsets.US_ASCII);
    byte[] sealed = box.seal(pem, binding(id));
    return new SealedKey(id, Base64.getEncoder().encodeToString(sealed), now);
  }

  private SigningKey open(SealedKey key) {
    try {
      byte[] pem = box.open(Base64.getDecoder().decode(key.sealed()), binding(key.id()));
      return SigningKey.fromPem(Secret.of(new String(pem, StandardCharsets.US_ASCII)));
    } catch (SecretBox.UnopenableException e) {
      throw new IllegalStateException(
          "the signing key in the database was sealed with another master key: start with the"
              + " master key that this database was made with",
          e);
    }
  }

  private static SecretBox.Binding binding(SigningKeyId id) {
    return new SecretBox.Binding("identity", id.value());
  }
}
