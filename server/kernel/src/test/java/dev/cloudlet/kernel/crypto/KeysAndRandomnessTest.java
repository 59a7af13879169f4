package dev.cloudlet.kernel.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysAndRandomnessTest {
  @TempDir Path folder;

  @Test
  void theMasterKeyFileIsMadeOnceAndForItsOwnerOnly() throws Exception {
    Path file = folder.resolve("keys/master.key");

    MasterKey made = MasterKey.loadOrCreate(file);

    assertThat(MasterKey.loadOrCreate(file)).isEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(made.toString()).isEqualTo("MasterKey[" + made.id() + "]");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void twoProcessesThatStartAtOnceGetTheSameKey() throws Exception {
    Path file = folder.resolve("master.key");
    Set<String> ids = ConcurrentHashMap.newKeySet();
    CountDownLatch go = new CountDownLatch(1);
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        Future<?> unused =
            callers.submit(
                () -> {
                  go.await();
                  return ids.add(MasterKey.loadOrCreate(file).id());
                });
      }
      go.countDown();
    }
    assertThat(ids).hasSize(1);
  }

  @Test
  void aKeyFileThatOthersMayReadOrThatHoldsNoKeyIsRefused() throws Exception {
    Path file = folder.resolve("master.key");
    MasterKey.loadOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> MasterKey.loadOrCreate(file)).hasMessageContaining("chmod 600");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "PLANTED");
    assertThatThrownBy(() -> MasterKey.loadOrCreate(file))
        .hasMessageContaining("holds no master key")
        .hasStackTraceContaining("exactly 32 bytes")
        .message()
        .doesNotContain("PLANTED");
  }

  @Test
  void aMasterKeyFromTheConfigurationMustHave32Bytes() {
    byte[] bytes = new SeededRandom(1).bytes(32);
    MasterKey key = MasterKey.of(Secret.of(Base64.getEncoder().encodeToString(bytes)));

    assertThat(
            MasterKey.of(Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))))
        .isEqualTo(key);
    assertThat(key.derive("a"))
        .hasSize(32)
        .isNotEqualTo(key.derive("b"))
        .isEqualTo(key.derive("a"));
    assertThatThrownBy(() -> MasterKey.of(Secret.of("c2hvcnQ=")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MasterKey.of(Secret.of("!!!")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyedHashMatchesItsValuePurposeAndKeyOnly() {
    byte[] key = new SeededRandom(1).bytes(32);
    KeyedHash otp = KeyedHash.of(key, "otp");
    String hash = otp.hash("123456");

    assertThat(hash).matches("[0-9a-f]{64}").isEqualTo(otp.hash("123456"));
    assertThat(otp.matches("123456", hash)).isTrue();
    assertThat(otp.matches("123457", hash)).isFalse();
    assertThat(otp.matches("123456", "")).isFalse();
    assertThat(KeyedHash.of(key, "api-key").matches("123456", hash)).isFalse();
    assertThat(KeyedHash.of(new SeededRandom(2).bytes(32), "otp").matches("123456", hash))
        .isFalse();
    assertThatThrownBy(() -> KeyedHash.of(new byte[31], "otp"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tokensAreUrlSafeAndASeedRepeats() {
    assertThat(new SystemRandom().token(32)).matches("[A-Za-z0-9_-]{43}");
    assertThat(new SeededRandom(5).token(16)).isEqualTo(new SeededRandom(5).token(16));
    assertThat(new SystemRandom().bytes(16)).isNotEqualTo(new SystemRandom().bytes(16));
    assertThatThrownBy(() -> new SystemRandom().bytes(RandomSource.MAX_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
