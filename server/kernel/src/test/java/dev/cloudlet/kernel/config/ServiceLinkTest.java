package dev.cloudlet.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceLinkTest {
  record Mongo(@Key(value = "0", doc = "port") int port) {}

  record Config(@Key(value = "8080", doc = "port") int httpPort, Mongo mongo) {}

  private static Config read(Map<String, String> environment) {
    return ConfigReader.of(Config.class).read(ConfigSources.of(List.of(), environment));
  }

  @Test
  void aPodStartsAmongTheVariablesThatKubernetesMakesOfServicesNamedLikeUs() {
    Map<String, String> environment = new HashMap<>();
    environment.put("CLOUDLET_SERVICE_HOST", "10.96.0.12");
    environment.put("CLOUDLET_SERVICE_PORT", "8080");
    environment.put("CLOUDLET_SERVICE_PORT_HTTP", "8080");
    environment.put("CLOUDLET_PORT", "tcp://10.96.0.12:8080");
    environment.put("CLOUDLET_PORT_8080_TCP", "tcp://10.96.0.12:8080");
    environment.put("CLOUDLET_PORT_8080_TCP_PROTO", "tcp");
    environment.put("CLOUDLET_PORT_8080_TCP_PORT", "8080");
    environment.put("CLOUDLET_PORT_8080_TCP_ADDR", "10.96.0.12");
    environment.put("CLOUDLET_DNS_PORT_53_UDP", "udp://10.96.0.13:53");
    environment.put("CLOUDLET_V6_SERVICE_HOST", "fd00::12");
    environment.put("CLOUDLET_V6_PORT", "tcp://[fd00::12]:8080");
    assertThat(read(environment)).isEqualTo(new Config(8080, new Mongo(0)));
  }

  @Test
  void aServiceWhoseVariableHasTheNameOfAKeyDoesNotSetTheKey() {
    assertThat(read(Map.of("CLOUDLET_MONGO_PORT", "tcp://10.96.0.14:27017")).mongo().port())
        .isZero();
    assertThat(read(Map.of("CLOUDLET_MONGO_PORT", "27017")).mongo().port()).isEqualTo(27017);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CLOUDLET_PORT=8080",
        "CLOUDLET_HTTPPORT=8080",
        "CLOUDLET_SERVICE_HOST=cloudlet.example",
        "CLOUDLET_SERVICE_PORT=many",
        "CLOUDLET_PORT_8080_TCP=8080",
        "CLOUDLET_SERVICE=10.96.0.12",
        "CLOUDLET_MONGO_PROT=tcp://10.96.0.14:27017"
      })
  void aMistypedKeyIsStillRefused(String variable) {
    String[] parts = variable.split("=", 2);
    assertThatThrownBy(() -> read(Map.of(parts[0], parts[1])))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(parts[0]);
  }
}
