package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.SystemRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedRedisTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void dataAndPasswordSurviveACleanRestartAndCloseLeavesNoProcess() {
    Secret password;
    long pid;
    try (EmbeddedRedis redis = start();
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      password = redis.password();
      pid = redis.pid().orElseThrow();
      probe.set("a", "1");
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();

    try (EmbeddedRedis redis = start();
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      assertThat(redis.password()).isEqualTo(password);
      assertThat(probe.get("a")).isEqualTo("1");
    }
  }

  @Test
  void isConfiguredToKeepEverythingAndToListenOnLoopbackOnly() {
    try (EmbeddedRedis redis = start();
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      assertThat(probe.config("appendonly")).isEqualTo("yes");
      assertThat(probe.config("appendfsync")).isEqualTo("everysec");
      assertThat(probe.config("maxmemory-policy")).isEqualTo("noeviction");
      assertThat(probe.config("bind")).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void theWrongPasswordIsRefused() {
    try (EmbeddedRedis redis = start()) {
      String uri = "redis://:wrong@127.0.0.1:" + redis.port();
      assertThatThrownBy(() -> new RedisProbe(uri)).hasStackTraceContaining("WRONGPASS");
    }
  }

  @Test
  void thePasswordIsReadableByTheOwnerOnlyAndOnNoCommandLine() throws Exception {
    try (EmbeddedRedis redis = start()) {
      for (String file : List.of("redis.password", "redis.conf")) {
        assertThat(Files.getPosixFilePermissions(folder.resolve(file)))
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
      ProcessHandle child = ProcessHandle.of(redis.pid().orElseThrow()).orElseThrow();
      assertThat(child.info().commandLine().orElse("")).doesNotContain(redis.password().reveal());
    }
  }

  @Test
  void aKilledChildComesBackOnTheSamePortWithItsData() {
    try (EmbeddedRedis redis = start();
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      for (int key = 0; key < 1000; key++) {
        probe.set("k" + key, "v" + key);
      }
      long killed = redis.pid().orElseThrow();
      ProcessHandle.of(killed).orElseThrow().destroyForcibly();

      Awaitility.await()
          .atMost(PATIENCE)
          .until(() -> redis.pid().filter(pid -> pid != killed).isPresent());
      Awaitility.await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(probe.size()).isEqualTo(1000));
      assertThat(probe.get("k999")).isEqualTo("v999");
    }
  }

  @Test
  void afterAKillOfTheParentTheNextStartHasTheDataAndTheOldChildIsGone() throws Exception {
    long orphan;
    try (ChildJvm parent = ChildJvm.start(EmbeddedRedisVictim.class, folder.toString())) {
      String[] announced = parent.announced().split(" ", 2);
      orphan = Long.parseLong(announced[0]);
      try (RedisProbe probe = new RedisProbe(announced[1])) {
        probe.set("a", "1");
        parent.kill();
      }
    }

    try (EmbeddedRedis redis = start();
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      assertThat(ProcessHandle.of(orphan).filter(RedisChildRecord::runs)).isEmpty();
      assertThat(probe.get("a")).isEqualTo("1");
    }
  }

  @Test
  void aLeftOverChildWithoutDeathGuardIsReaped() throws Exception {
    RedisBinary binary = RedisBinary.choose(Optional.empty(), folder.resolve("bin"));
    Process leftOver =
        new ProcessBuilder(
                binary.path().toString(),
                "--port",
                "0",
                "--unixsocket",
                folder.resolve("s").toString())
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    new RedisChildRecord(folder).write(leftOver.toHandle(), binary.path().toRealPath());
    Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("s")));

    try (EmbeddedRedis redis = start()) {
      assertThat(leftOver.isAlive()).isFalse();
      assertThat(redis.pid()).isPresent();
    } finally {
      leftOver.destroyForcibly();
    }
  }

  @Test
  void aForeignProcessThatGotTheNumberOfOurChildIsLeftAlone() throws Exception {
    Process foreign = new ProcessBuilder("sleep", "60").start();
    try {
      new RedisChildRecord(folder).write(foreign.toHandle(), Path.of("/opt/redis-server"));

      start().close();

      assertThat(foreign.isAlive()).isTrue();
    } finally {
      foreign.destroyForcibly();
    }
  }

  @Test
  void aDamagedNoteAboutTheChildDoesNotBlockTheStart() throws Exception {
    Files.write(folder.resolve("redis.pid"), List.of("no number", "no time", "x"));

    start().close();

    assertThat(folder.resolve("redis.pid")).doesNotExist();
  }

  @Test
  void aTakenPortIsRefusedWithTheServersOwnWords() {
    try (EmbeddedRedis first = start()) {
      Path other = folder.resolve("other");
      assertThatThrownBy(
              () -> EmbeddedRedis.start(other, first.port(), Optional.empty(), new SystemRandom()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void aConfiguredBinaryThatDoesNotRunIsRefusedByName() {
    Path missing = folder.resolve("no-such-redis");
    assertThatThrownBy(
            () -> EmbeddedRedis.start(folder, 0, Optional.of(missing), new SystemRandom()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(missing.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis-server-6.2.6-v5-linux-amd64", "redis-server-6.2.7-linux-386"})
  void theBundledBinariesKeepTheirDataToo(String bundled) throws Exception {
    Assumptions.assumeTrue(RedisBinary.bundled().contains(bundled), "not for this machine");
    Optional<Path> binary = Optional.of(RedisBinary.unpack(bundled, folder.resolve("bin")));
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0, binary, new SystemRandom());
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      assertThat(redis.version()).startsWith("6.2.");
      probe.set("a", "1");
    }
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0, binary, new SystemRandom());
        RedisProbe probe = new RedisProbe(redis.uri().reveal())) {
      assertThat(probe.get("a")).isEqualTo("1");
    }
  }

  private EmbeddedRedis start() {
    return EmbeddedRedis.start(folder, 0, Optional.empty(), new SystemRandom());
  }
}
