package dev.cloudlet.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path folder;

  @Test
  void aSecondClaimInThisProcessIsRefusedWithTheHolderAndItsStart() {
    Instant started = ProcessHandle.current().info().startInstant().orElseThrow();
    try (DataFolder claim = DataFolder.claim(folder.resolve("new/data"))) {
      assertThatThrownBy(() -> DataFolder.claim(claim.path()))
          .isInstanceOf(DataFolderInUseException.class)
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("since " + started);
    }
  }

  @Test
  void aClaimOfAnotherProcessIsRefusedWithItsPidAndFreeOnceThatIsKilled() throws Exception {
    try (ChildJvm child = ChildJvm.start(DataFolderVictim.class, folder.toString())) {
      assertThatThrownBy(() -> DataFolder.claim(folder))
          .isInstanceOf(DataFolderInUseException.class)
          .hasMessageContaining("process " + child.announced());

      child.kill();

      DataFolder.claim(folder).close();
    }
  }

  @Test
  void closingReleasesAndMayBeRepeated() {
    DataFolder first = DataFolder.claim(folder);
    first.close();
    first.close();

    try (DataFolder second = DataFolder.claim(folder)) {
      assertThat(second.path()).isDirectory();
    }
  }
}
