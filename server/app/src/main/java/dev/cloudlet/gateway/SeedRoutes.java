package dev.cloudlet.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.rpc.RpcBridge;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;

/** Loads the files and adds their routes. A file that names an unknown rpc, or an expression that does not parse, fails the start. */
public final class SeedRoutes {
  /** The files that are served. */
  public static final List<String> FILES = List.of("seed-000.yaml", "seed-001.yaml", "seed-002.yaml", "seed-003.yaml", "seed-004.yaml");

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory()).registerModule(new Jdk8Module()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private SeedRoutes() {}

  /** Adds every route of every file. */
  public static void add(ServerBuilder server, RpcBridge bridge, InstantSource clock) {
    for (String name : FILES) {
      SeedFile file = read(name);
      for (SeedFile.Route route : file.routes()) {
        String[] methodAndPath = route.route().split(" ", 2);
        server.service(
            Route.builder().methods(HttpMethod.valueOf(methodAndPath[0])).path(methodAndPath[1]).build(),
            new SeedRoute(file, route, bridge, clock));
      }
    }
  }

  static SeedFile read(String name) {
    try (InputStream in = SeedRoutes.class.getResourceAsStream("/dev/cloudlet/gateway/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks the routes " + name);
      }
      return YAML.readValue(in, SeedFile.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(name + ": " + e.getOriginalMessage() + " at line " + e.getLocation().getLineNr(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + name, e);
    }
  }
}
