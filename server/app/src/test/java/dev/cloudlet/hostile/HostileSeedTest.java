package dev.cloudlet.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.cloudlet.gateway.SeedRoutes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The routes of the seed systems meet the bodies, and in each of their members the shapes. */
@ExtendWith(HostileServer.Resolver.class)
class HostileSeedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final String HERE = "put-it-here";

  private record Route(String method, String path, JsonNode body) {
    Wires.Shot shot(byte[] sent) {
      return new Wires.Shot(method, path.replaceAll(":\\w+", "some"), "application/json", sent);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  @Test
  void bodies(HostileServer server) {
    Findings findings = new Findings();
    List<Runnable> work = new ArrayList<>();
    for (Route route : routes()) {
      byte[] good = sample(route).toString().getBytes(StandardCharsets.UTF_8);
      for (Corpus.Input input : Corpus.of("bodies")) {
        byte[] body = input.bytes(Map.of("json", good));
        if (Extent.takes(6, input.id(), route.path())) {
          // What is meant for the members of a message says nothing about members that are dropped.
          Optional<Set<String>> reasons =
              input.wires().isPresent() ? Optional.empty() : input.reasons();
          work.add(() -> judge(server, findings, input, route, body, reasons));
        }
      }
    }
    server.together(work);
    findings.assertNone();
  }

  @Test
  void shapes(HostileServer server) {
    Findings findings = new Findings();
    List<Runnable> work = new ArrayList<>();
    for (Route route : routes()) {
      for (Map.Entry<String, JsonNode> member : route.body().properties()) {
        ObjectNode with = sample(route).put(member.getKey(), HERE);
        for (Corpus.Input input : Corpus.of("shapes")) {
          if (Extent.takes(6, input.id(), route.path(), member.getKey())) {
            byte[] body =
                with.toString()
                    .replace('"' + HERE + '"', input.text(Map.of()))
                    .getBytes(StandardCharsets.UTF_8);
            work.add(() -> judge(server, findings, input, route, body, Optional.empty()));
          }
        }
      }
    }
    server.together(work);
    findings.assertNone();
  }

  private static void judge(
      HostileServer server,
      Findings findings,
      Corpus.Input input,
      Route route,
      byte[] body,
      Optional<Set<String>> reasons) {
    Reply reply = Reply.seed(server.sendToRoute(route.shot(body)));
    findings.judge(input.id(), route, Wires.REST, reply, reasons);
  }

  private static ObjectNode sample(Route route) {
    ObjectNode sample = JSON.createObjectNode();
    route
        .body()
        .properties()
        .forEach(member -> sample.put(member.getKey(), good(member.getValue().asText())));
    return sample;
  }

  private static String good(String kind) {
    if (kind.contains("|")) {
      return kind.substring(0, kind.indexOf('|'));
    }
    return kind.startsWith("code") ? "123456" : kind.startsWith("text") ? "some" : "1";
  }

  private static List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    for (String file : SeedRoutes.FILES) {
      try (InputStream in = SeedRoutes.class.getResourceAsStream("/dev/cloudlet/gateway/" + file)) {
        for (JsonNode route : YAML.readTree(in).path("routes")) {
          String[] parts = route.path("route").asText().split(" ", 2);
          if (route.path("body").isObject()) {
            routes.add(new Route(parts[0], parts[1], route.path("body")));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(file, e);
      }
    }
    return routes;
  }
}
