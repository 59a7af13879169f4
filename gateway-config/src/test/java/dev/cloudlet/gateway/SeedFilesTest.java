package dev.cloudlet.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.ExtensionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The files of routes against the list of rows that are served, and against the contract. */
class SeedFilesTest {
  private static final List<String> FILES =
      List.of("seed-000.yaml", "seed-002.yaml", "seed-003.yaml", "seed-004.yaml");

  private static InputStream resource(String path) {
    return Objects.requireNonNull(SeedFilesTest.class.getResourceAsStream(path), path);
  }

  private static List<JsonNode> routes() throws IOException {
    List<JsonNode> routes = new ArrayList<>();
    for (String name : FILES) {
      try (InputStream in = resource("/dev/cloudlet/gateway/" + name)) {
        JsonNode file = new YAMLMapper().readTree(in);
        assertThat(file.path("seed").asText()).isEqualTo(name.substring(5, 8));
        file.path("routes").forEach(routes::add);
      }
    }
    return routes;
  }

  private static List<String> lines(String path) throws IOException {
    try (InputStream in = resource(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList();
    }
  }

  @Test
  void everyRowThatIsServedHasItsRouteAndNoRouteIsWithoutARow() throws IOException {
    Set<String> rows = new HashSet<>();
    for (String line : lines("/dev/cloudlet/gateway/served.tsv")) {
      String[] cells = line.split("\t", -1);
      rows.add(cells[1] + " " + cells[2]);
    }
    assertThat(routes()).extracting(route -> route.path("route").asText()).containsAll(rows);
    assertThat(rows)
        .containsAll(routes().stream().map(route -> route.path("route").asText()).toList());
  }

  @Test
  void noRouteIsThereTwiceAlsoNotWithAnotherNameForAVariable() throws IOException {
    assertThat(routes())
        .extracting(route -> route.path("route").asText().replaceAll(":[^/]+", ":"))
        .doesNotHaveDuplicates();
  }

  @Test
  void everyRpcIsInTheContract() throws IOException {
    Set<String> rpcs = new HashSet<>();
    try (InputStream in = resource("/META-INF/armeria/grpc/cloudlet.dsc")) {
      FileDescriptorSet.parseFrom(in, ExtensionRegistry.getEmptyRegistry())
          .getFileList()
          .forEach(
              file ->
                  file.getServiceList()
                      .forEach(
                          service ->
                              service
                                  .getMethodList()
                                  .forEach(
                                      method ->
                                          rpcs.add(
                                              file.getPackage()
                                                  + "."
                                                  + service.getName()
                                                  + "/"
                                                  + method.getName()))));
    }
    assertThat(routes().stream().flatMap(SeedFilesTest::rpcs))
        .isNotEmpty()
        .allMatch(rpcs::contains);
  }

  private static List<String> names(JsonNode node) {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static Stream<String> rpcs(JsonNode route) {
    List<String> named = new ArrayList<>();
    route.path("calls").forEach(call -> named.add(call.path("rpc").asText()));
    return named.stream();
  }

  @Test
  void noExpressionReadsATokenFromBodyQueryOrPath() throws IOException {
    Pattern token =
        Pattern.compile(
            "(body|query|path)\\.(AccessCookie|AuthCookie|RefreshCookie|accessToken|refreshToken|token)");
    assertThat(routes()).noneMatch(route -> token.matcher(route.toString()).find());
    assertThat(routes())
        .allSatisfy(
            route ->
                Stream.of("body", "query")
                    .forEach(
                        part ->
                            assertThat(names(route.path(part)))
                                .doesNotContain("AccessCookie", "AuthCookie", "role", "token")));
  }
}
