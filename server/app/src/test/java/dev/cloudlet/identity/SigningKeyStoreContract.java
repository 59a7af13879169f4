package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store of signing keys promises. */
abstract class SigningKeyStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract SigningKeyStore store();

  private static SealedKey key(int number, String sealed) {
    return new SealedKey(SigningKeyId.of(number), sealed, NOW);
  }

  @Test
  void ofTwoKeysOfANumberTheFirstStands() {
    assertThat(store().insert(key(1, "a"))).isTrue();
    assertThat(store().insert(key(1, "b"))).isFalse();
    assertThat(store().list()).containsExactly(key(1, "a"));
  }

  @Test
  void keysComeInTheOrderOfTheirNumbers() {
    store().insert(key(10, "c"));
    store().insert(key(2, "b"));
    store().insert(key(0, "a"));
    assertThat(store().list()).extracting(key -> key.id().number()).containsExactly(0, 2, 10);
    store().delete(SigningKeyId.of(0));
    assertThat(store().list()).extracting(key -> key.id().number()).containsExactly(2, 10);
  }
}
