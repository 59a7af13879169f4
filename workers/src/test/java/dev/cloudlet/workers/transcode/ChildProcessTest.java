package dev.cloudlet.workers.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  private static final ToolRun.Limits LIMITS =
      new ToolRun.Limits(Duration.ofSeconds(30), CancelSignal.NEVER);

  @TempDir Path folder;

  private static ChildProcess.Command shell(String script) {
    return new ChildProcess.Command(
        List.of("/bin/sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"), Optional.empty());
  }

  @Test
  void fourMegabytesOfErrorsNeitherBlockNorKill() {
    ToolRun.Captured captured =
        ToolRun.capture(
            shell(
                "i=0; while [ $i -lt 16 ]; do head -c 262144 /dev/zero | tr '\\0' x >&2; echo >&2;"
                    + " i=$((i+1)); done; echo done"),
            LIMITS);
    assertThat(captured.exitCode()).isZero();
    assertThat(captured.text()).isEqualTo("done\n");
    assertThat(captured.errors().length()).isLessThan(25_000);
  }

  @Test
  void endlessOutputIsRefusedNotKept() {
    assertThatThrownBy(() -> ToolRun.capture(shell("yes abcdefghijklmnopqrstuvwxyz "), LIMITS))
        .isInstanceOf(TranscodeFailed.class);
  }

  @Test
  void theWholeTreeIsEnded() throws Exception {
    Path note = folder.resolve("grandchild");
    try (ChildProcess child =
        ChildProcess.start(shell("sleep 60 & echo $! > " + note + "; echo up; wait"), line -> {})) {
      assertThat(child.awaitEnd(Duration.ofMillis(300))).isFalse();
    }
    long grandchild = Long.parseLong(Files.readString(note).strip());
    ProcessHandle.of(grandchild).ifPresent(left -> left.onExit().join());
    assertThat(ProcessHandle.of(grandchild).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aToolSeesNothingOfOurEnvironment() {
    ToolRun.Captured captured = ToolRun.capture(shell("env | cut -d= -f1 | sort"), LIMITS);
    assertThat(captured.text().lines()).isSubsetOf("PATH", "PWD", "SHLVL", "_", "OLDPWD");
  }

  @Test
  void aLeftoverProcessIsFoundByItsNoteAndEnded() throws Exception {
    try (ChildProcess child = ChildProcess.start(shell("exec sleep 60"), line -> {})) {
      LeftoverProcess.note(folder, child.pid());
      assertThat(LeftoverProcess.end(folder)).isTrue();
      assertThat(child.awaitEnd(Duration.ofSeconds(5))).isTrue();
    }
    assertThat(LeftoverProcess.end(folder)).isFalse();
  }

  @Test
  void aProcessThatOnlyHasTheSameNumberIsLeftAlone() throws Exception {
    long own = ProcessHandle.current().pid();
    Files.writeString(folder.resolve(LeftoverProcess.NOTE), own + " 12345");
    assertThat(LeftoverProcess.end(folder)).isFalse();
    assertThat(ProcessHandle.current().isAlive()).isTrue();
  }
}
