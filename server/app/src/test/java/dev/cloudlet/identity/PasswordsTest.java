package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.crypto.SeededRandom;
import dev.cloudlet.kernel.error.PlatformException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {
  private final PasswordHasher hasher =
      new PasswordHasher(new PasswordHasher.Cost(64, 1, 1), new SeededRandom(3), 1, 10);
  private final Passwords passwords = new Passwords(hasher);
  private final EmailAddress email = new EmailAddress("asha.rao@example.com");

  @AfterEach
  void close() {
    hasher.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "short7!",
        "password123",
        "PassWord123",
        "asha.rao@example.com",
        "Asha.Rao",
        "zzzzzzzzzzz"
      })
  void refusesWhatAnybodyWouldTryFirst(String weak) {
    assertThatThrownBy(() -> passwords.requireStrong(Secret.of(weak), email))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_WEAK_PASSWORD);
              assertThat(e.sentence()).doesNotContain(weak);
            });
  }

  @Test
  void takesUpTo128CharactersAlsoWideOnes() {
    assertThatCode(() -> passwords.requireStrong(Secret.of("🐎a".repeat(64)), email))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> passwords.requireStrong(Secret.of("ab".repeat(65)), email))
        .isInstanceOf(PlatformException.class);
  }

  @Test
  void aPasswordMatchesHoweverTheDeviceComposesItsLetters() {
    StoredHash composed = passwords.hash(Secret.of("caf\u00e9 au lait"));
    assertThat(passwords.matches(Secret.of("cafe\u0301 au lait"), composed)).isTrue();
    assertThat(passwords.matches(Secret.of("cafe au lait"), composed)).isFalse();
  }
}
