package dev.cloudlet.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.schibsted.spt.data.jslt.Expression;
import dev.cloudlet.rpc.RpcBridge;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The files that are shipped, and the functions in them. */
class SeedRoutesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TestFactory
  List<DynamicTest> everyExpressionAndDeclarationOfEveryRouteCanBeRead() {
    RpcBridge bridge = new RpcBridge(List.of(), List.of(), Duration.ofSeconds(20));
    return SeedRoutes.FILES.stream()
        .map(SeedRoutes::read)
        .flatMap(
            file ->
                file.routes().stream()
                    .map(
                        route ->
                            DynamicTest.dynamicTest(
                                file.seed() + " " + route.route(),
                                () ->
                                    assertThatCode(
                                            () ->
                                                new SeedRoute(
                                                    file, route, bridge, InstantSource.system()))
                                        .doesNotThrowAnyException())))
        .toList();
  }

  private static JsonNode apply(String file, String expression, String input) throws Exception {
    Expression compiled = new SeedExpressions(SeedRoutes.read(file)).compile(expression);
    return compiled.apply(JSON.readTree(input));
  }

  @Test
  void coinsAreMinorUnitsWithTheirFraction() throws Exception {
    assertThat(apply("seed-000.yaml", "coins(.)", "{\"minor\":\"10050\"}").asDouble())
        .isEqualTo(100.5);
    assertThat(apply("seed-000.yaml", "coins(.)", "{\"minor\":\"-25\"}").asDouble())
        .isEqualTo(-0.25);
    assertThat(apply("seed-000.yaml", "coins(.)", "{\"minor\":\"200\"}").toString()).isEqualTo("2");
  }

  @Test
  void pricesAreTextsBySku() throws Exception {
    String prices =
        "[{\"sku\":\"a\",\"coinsPerUnit\":\"0.25\"},{\"sku\":\"b\",\"coinsPerUnit\":\"80\"}]";
    assertThat(apply("seed-000.yaml", "price(., \"b\")", prices).toString()).isEqualTo("\"80\"");
  }

  @Test
  void aPurposeThatIsNotGivenMeansVerification() throws Exception {
    assertThat(apply("seed-002.yaml", "purpose(.purpose)", "{}").asText())
        .isEqualTo("OTP_PURPOSE_VERIFICATION");
    assertThat(
            apply("seed-002.yaml", "purpose(.purpose)", "{\"purpose\":\"password-reset\"}")
                .asText())
        .isEqualTo("OTP_PURPOSE_PASSWORD_RESET");
  }
}
