package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.KeyedHash;
import java.util.Optional;

/**
 * Opaque tokens {@code id.mac}, where the mac is 32 bytes of keyed hash over the id. Who has no key
 * can't make one, so a well-formed token was once given out; and the same id gives the same token,
 * so a request that is run again after a crash answers what its first run made. Immutable; any
 * thread.
 */
final class SignedHandles {
  private final KeyedHash mac;

  SignedHandles(KeyedHash mac) {
    this.mac = mac;
  }

  /** The token of {@code id}, which must be new and unguessable or be meant for its owner only. */
  Secret tokenOf(String id) {
    return Secret.of(id + "." + mac.hash(id));
  }

  /** The id, if the token is one of ours. */
  Optional<String> idOf(Secret token) {
    String text = token.reveal();
    int dot = text.lastIndexOf('.');
    if (dot < 1) {
      return Optional.empty();
    }
    String id = text.substring(0, dot);
    return mac.matches(id, text.substring(dot + 1)) ? Optional.of(id) : Optional.empty();
  }
}
