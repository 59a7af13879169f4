package dev.cloudlet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.launch.StartFailedException;
import dev.cloudlet.rpc.EdgeConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  private static EdgeConfig edge(String... arguments) {
    return ConfigReader.of(EdgeConfig.class).read(ConfigSources.of(List.of(arguments), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,http://127.0.0.1:8080,http://127.0.0.1:8080",
    "0.0.0.0,http://localhost:8080,http://127.0.0.1:8080",
    "'::',http://localhost:8080,http://127.0.0.1:8080",
    "'::1',http://[::1]:8080,http://[0:0:0:0:0:0:0:1]:8080"
  })
  void thePublicAddressIsForPeopleAndTheLocalOneAlwaysLeadsHere(
      String bind, String publicUrl, String localUrl) {
    Addresses addresses = Addresses.of(edge("--bind-address=" + bind));
    assertThat(addresses.publicUrl()).hasToString(publicUrl);
    assertThat(addresses.localUrl()).hasToString(localUrl);
  }

  @Test
  void aConfiguredPublicAddressDoesNotChangeTheLocalOne() {
    Addresses addresses =
        Addresses.of(edge("--public-url=https://cloud.example.com", "--bind-address=0.0.0.0"));
    assertThat(addresses.publicUrl()).hasToString("https://cloud.example.com");
    assertThat(addresses.localUrl()).hasToString("http://127.0.0.1:8080");
  }

  @Test
  void aNameThatNobodyKnowsIsRefusedWithItsKey() {
    EdgeConfig unknown = edge("--bind-address=name.invalid");
    assertThatThrownBy(() -> Addresses.of(unknown))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("http.bind-address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port=99999",
        "--port=-1",
        "--max-body=2GiB",
        "--max-body=1KiB",
        "--request-timeout=0s",
        "--max-connections=0",
        "--max-streams=0",
        "--quiet-period=11s"
      })
  void valuesThatCantWorkAreRefusedWhileTheConfigurationIsRead(String argument) {
    assertThatThrownBy(() -> edge(argument)).isInstanceOf(ConfigException.class);
  }
}
