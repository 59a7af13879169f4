package dev.cloudlet.examples;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.sdk.testing.FakeCloudlet;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, over a real port; the whole platform has its own journey elsewhere. */
class JourneyTest {
  @Test
  void theJourneyReachesItsEnd(@TempDir Path folder) throws Exception {
    Path video = Files.write(folder.resolve("film.mp4"), new byte[1_000_000]);
    try (FakeCloudlet fake = FakeCloudlet.start()) {
      String[] args = {"--server=" + fake.listen(), "--video=" + video};

      assertThatCode(() -> Journey.main(args)).doesNotThrowAnyException();
    }
  }

  @Test
  void anUnknownArgumentIsNamed() {
    assertThatThrownBy(() -> Journey.main(new String[] {"--sever=x"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--sever=x")
        .hasMessageContaining("--server");
  }
}
