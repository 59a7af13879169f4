package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.JwtKeys;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SigningKey;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/**
 * The signing key that every server of an installation shares: made by the first one, sealed by the
 * master key, decided by one insert.
 */
final class SigningKeys {
  private static final String ID = "signing-key";
  private static final SecretBox.Binding BINDING = new SecretBox.Binding("identity", ID);

  private SigningKeys() {}

  /**
   * The keys of this installation.
   *
   * @throws IllegalStateException if the stored key was sealed by a master key that is not here
   */
  static JwtKeys load(SigningKeyStore store, SecretBox box, String issuer, InstantSource clock) {
    SealedKey sealed = store.find(ID).orElseGet(() -> make(store, box, clock));
    try {
      byte[] pem = box.open(Base64.getDecoder().decode(sealed.sealed()), BINDING);
      SigningKey key = SigningKey.fromPem(Secret.of(new String(pem, StandardCharsets.US_ASCII)));
      return new JwtKeys(issuer, key, List.of(), clock);
    } catch (SecretBox.UnopenableException e) {
      throw new IllegalStateException(
          "the signing key in the database was sealed with another master key: start with the"
              + " master key that this database was made with",
          e);
    }
  }

  private static SealedKey make(SigningKeyStore store, SecretBox box, InstantSource clock) {
    byte[] pem = SigningKey.generate().toPem().reveal().getBytes(StandardCharsets.US_ASCII);
    SealedKey mine =
        new SealedKey(
            ID, Base64.getEncoder().encodeToString(box.seal(pem, BINDING)), clock.instant());
    if (store.insert(mine)) {
      return mine;
    }
    return store
        .find(ID)
        .orElseThrow(() -> new IllegalStateException("the signing key is there and isn't"));
  }
}
