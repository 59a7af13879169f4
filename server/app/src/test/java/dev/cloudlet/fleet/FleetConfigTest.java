package dev.cloudlet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.config.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetConfigTest {
  record Root(@Key(doc = "worker nodes") FleetConfig fleet) {}

  private static FleetConfig read(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--fleet.join-token=join-token-of-tests");
    return ConfigReader.of(Root.class).read(ConfigSources.of(all, Map.of())).fleet();
  }

  @Test
  void theDefaultsAreWithinTheirBounds() {
    assertThat(read().tokenLife()).isEqualTo(Duration.ofHours(24));
    assertThat(read("--fleet.token-life=1m").tokenLife()).isEqualTo(Duration.ofMinutes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--fleet.token-life=0s",
        "--fleet.token-life=31d",
        "--fleet.heartbeat-every=0s",
        "--fleet.offline-after=2h"
      })
  void whatIsOutsideOfItsBoundsIsRefused(String argument) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, () -> read(argument));
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains(argument.substring(2, argument.indexOf('=')));
  }
}
