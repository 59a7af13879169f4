package dev.cloudlet.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.capability.BundledFile;
import dev.cloudlet.rpc.RpcBridge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the files and adds their routes. An expression or a declaration that can't be read fails
 * the start. A route is left out, and named in the log, if this server does not have one of its
 * rpcs; that each of them is in the contract is a test of {@code gateway-config}.
 */
public final class SeedRoutes {
  /** The files that are served. */
  public static final List<String> FILES =
      List.of("seed-000.yaml", "seed-002.yaml", "seed-003.yaml", "seed-004.yaml");

  private static final Logger log = LoggerFactory.getLogger(SeedRoutes.class);
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .registerModule(new Jdk8Module())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private SeedRoutes() {}

  /** Adds every route of every file. */
  public static void add(ServerBuilder server, RpcBridge bridge, InstantSource clock) {
    List<String> leftOut = new ArrayList<>();
    for (String name : FILES) {
      SeedFile file = read(name);
      for (SeedFile.Route route : file.routes()) {
        boolean served =
            route.calls().stream().allMatch(call -> bridge.find(call.rpc()).isPresent());
        if (served) {
          add(server, file, route, bridge, clock);
        } else {
          leftOut.add(route.route());
        }
      }
    }
    if (!leftOut.isEmpty()) {
      log.atWarn().addKeyValue("routes", leftOut).log("seed routes without their service");
    }
  }

  private static void add(
      ServerBuilder server,
      SeedFile file,
      SeedFile.Route route,
      RpcBridge bridge,
      InstantSource clock) {
    String[] methodAndPath = route.route().split(" ", 2);
    server.service(
        Route.builder()
            .methods(HttpMethod.valueOf(methodAndPath[0]))
            .path(methodAndPath[1])
            .build(),
        new SeedRoute(file, route, bridge, clock));
  }

  static SeedFile read(String name) {
    try {
      return YAML.readValue(BundledFile.bytes(SeedRoutes.class, name), SeedFile.class);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new IllegalStateException(name + ": " + e.getOriginalMessage() + " at line " + line, e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + name, e);
    }
  }
}
