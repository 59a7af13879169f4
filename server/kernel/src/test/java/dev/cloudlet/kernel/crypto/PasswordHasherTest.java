package dev.cloudlet.kernel.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
  private static final PasswordHasher.Cost CHEAP = new PasswordHasher.Cost(64, 1, 1);

  private final PasswordHasher hasher = new PasswordHasher(CHEAP, new SystemRandom(), 2, 8);

  @AfterEach
  void stop() {
    hasher.close();
  }

  @Test
  void aHashMatchesItsPasswordOnly() {
    String hash = hasher.hash(Secret.of("pässword"));

    assertThat(hash).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
    assertThat(hasher.verify(Secret.of("pässword"), hash)).isTrue();
    assertThat(hasher.verify(Secret.of("password"), hash)).isFalse();
    assertThat(hasher.hash(Secret.of("pässword"))).isNotEqualTo(hash);
  }

  @Test
  void hashesOfOtherLibrariesAreUnderstood() {
    // Vector of the Argon2 reference implementation (argon2id, v=19, "password", "somesalt").
    assertThat(
            hasher.verify(
                Secret.of("password"),
                "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "password",
        "$2b$10$abcdefghijklmnopqrstuv",
        "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=9999999,t=99,p=99$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$"
      })
  void whatIsNoHashNeverMatchesAndWantsARehash(String stored) {
    assertThat(hasher.verify(Secret.of("password"), stored)).isFalse();
    assertThat(hasher.needsRehash(stored)).isTrue();
  }

  @Test
  void aHashOfAnotherCostIsVerifiedAndWantsARehash() {
    String hash = hasher.hash(Secret.of("x"));
    try (PasswordHasher dearer =
        new PasswordHasher(new PasswordHasher.Cost(128, 1, 1), new SystemRandom(), 1, 1)) {
      assertThat(hasher.needsRehash(hash)).isFalse();
      assertThat(dearer.needsRehash(hash)).isTrue();
      assertThat(dearer.verify(Secret.of("x"), hash)).isTrue();
    }
  }

  @Test
  void anEndlessPasswordIsRefusedBeforeAnyWork() {
    Secret endless = Secret.of("x".repeat(PasswordHasher.MAX_PASSWORD_BYTES + 1));

    assertThatThrownBy(() -> hasher.hash(endless)).isInstanceOf(IllegalArgumentException.class);
    assertThat(hasher.verify(endless, hasher.hash(Secret.of("x")))).isFalse();
    hasher.verifyNothing(endless);
  }

  @Test
  void aFloodIsRefusedInsteadOfQueuedForEver() {
    List<CompletableFuture<String>> calls = new ArrayList<>();
    try (PasswordHasher narrow =
            new PasswordHasher(new PasswordHasher.Cost(32_768, 3, 1), new SystemRandom(), 1, 2);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        calls.add(CompletableFuture.supplyAsync(() -> narrow.hash(Secret.of("x")), callers));
      }
      long refused = calls.stream().filter(PasswordHasherTest::wasRefused).count();
      assertThat(refused).isBetween(1L, 17L);
      assertThat(narrow.hash(Secret.of("x"))).startsWith("$argon2id$");
    }
  }

  private static boolean wasRefused(CompletableFuture<String> call) {
    try {
      call.join();
      return false;
    } catch (CompletionException failed) {
      assertThat(failed.getCause()).isInstanceOf(PasswordHasher.OverloadedException.class);
      return true;
    }
  }
}
