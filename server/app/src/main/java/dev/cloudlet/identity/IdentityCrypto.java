package dev.cloudlet.identity;

import dev.cloudlet.kernel.crypto.KeyedHash;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.crypto.RandomSource;
import dev.cloudlet.kernel.crypto.SecretBox;

/**
 * The cryptography that identity is built on.
 *
 * @param master every keyed hash of identity derives from it
 * @param box seals the signing key
 * @param hasher the one pool for passwords of this process
 * @param random unguessable
 */
public record IdentityCrypto(
    MasterKey master, SecretBox box, PasswordHasher hasher, RandomSource random) {

  /** A keyed hash that is independent of those of other purposes. */
  KeyedHash keyed(String purpose) {
    return KeyedHash.of(master.derive("identity"), purpose);
  }
}
