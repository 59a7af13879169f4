package dev.cloudlet.kernel.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSecretTest {
  @TempDir Path folder;

  @Test
  void itIsMadeOnceAndOnlyItsOwnerMayReadIt() throws IOException {
    Path file = folder.resolve("join-token");
    Secret made = KeptSecret.in(file, new SystemRandom());
    assertThat(made.reveal()).hasSizeGreaterThanOrEqualTo(43);
    assertThat(KeptSecret.in(file, new SystemRandom())).isEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aStartThatWasKilledWhileItWasMadeDoesNotSpoilTheNext() throws IOException {
    Path file = folder.resolve("join-token");
    Files.writeString(folder.resolve("private123.draft"), "hal");
    Files.createFile(file);
    Secret made = KeptSecret.in(file, new SystemRandom());
    assertThat(made.isEmpty()).isFalse();
    assertThat(KeptSecret.in(file, new SystemRandom())).isEqualTo(made);
  }
}
