package dev.cloudlet.standalone;

import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.launch.Launcher;
import dev.cloudlet.kernel.launch.Program;
import dev.cloudlet.kernel.telemetry.LogConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code mvn -Pup} and {@code java -jar cloudlet-standalone.jar}: the whole platform until Ctrl-C.
 */
public final class StandaloneMain implements Program<StandaloneConfig> {
  /** Where {@code mvn -Pdemo} looks if it is not told. */
  private static final String DEMO_SERVER = "http://127.0.0.1:8080";

  /** The program, for {@link Launcher}. */
  public StandaloneMain() {}

  public static void main(String[] arguments) {
    Launcher.launch(new StandaloneMain(), arguments);
  }

  @Override
  public Class<StandaloneConfig> config() {
    return StandaloneConfig.class;
  }

  @Override
  public LogConfig log(StandaloneConfig config) {
    return config.log();
  }

  // The example scripts take the server's address from CLOUDLET_URL.
  @Override
  public List<String> ignoredEnvironment() {
    return List.of("CLOUDLET_TEST_*", "CLOUDLET_URL");
  }

  @Override
  public Running start(StandaloneConfig config) {
    long begun = System.nanoTime();
    Standalone standalone = Standalone.start(config);
    return new RunningStandalone(standalone, config.data().folder().toAbsolutePath(), begun);
  }

  private record RunningStandalone(Standalone standalone, Path data, long begun)
      implements Running {
    @Override
    public void greet(PrintStream out) {
      String url = standalone.publicUrl().toString();
      out.println();
      out.println(
          "Cloudlet is up after " + (System.nanoTime() - begun) / 1_000_000 + " ms. Data: " + data);
      out.println();
      out.println("  API (gRPC, gRPC-Web, REST)  " + url);
      out.println("  Docs                        " + url + "/docs/");
      out.println("  OpenAPI                     " + url + "/openapi.json");
      standalone
          .objects()
          .ifPresent(endpoint -> out.println("  S3                          " + endpoint));
      if (standalone.inbox()) {
        out.println("  Mail inbox                  " + url + "/inbox");
      }
      standalone.firstAdministrator().ifPresent(first -> greet(first, out));
      out.println();
      out.println("Next, in a second terminal:   mvn -Pdemo" + demoServer(url));
      out.println("or by hand:                   curl " + url + "/v1/prices");
      out.println("Ctrl-C stops everything.");
    }

    private static String demoServer(String url) {
      return url.equals(DEMO_SERVER) ? "" : " -Ddemo.server=" + url;
    }

    private static void greet(FirstAdministrator.Credentials first, PrintStream out) {
      out.println();
      out.println("  Administrator (shown this once)");
      out.println("    e-mail    " + first.email());
      out.println("    password  " + first.password().reveal());
    }

    @Override
    public void close() {
      standalone.close();
    }
  }
}
