package dev.cloudlet.standalone;

import com.linecorp.armeria.client.ClientFactory;
import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.standalone.embedded.DataFolderInUseException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * {@code mvn -Pup} and {@code java -jar cloudlet-standalone.jar}: the whole platform until Ctrl-C.
 */
public final class StandaloneMain {
  private StandaloneMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    long begun = System.nanoTime();
    // The library would close its clients beside our own, ordered stop.
    ClientFactory.disableShutdownHook();
    PrintStream out = System.out;
    ConfigReader<StandaloneConfig> reader = ConfigReader.of(StandaloneConfig.class);
    ConfigSources sources =
        ConfigSources.of(List.of(arguments), System.getenv())
            .withDefaultFile(Path.of("cloudlet.yaml"))
            .ignoring("CLOUDLET_TEST_*", "CLOUDLET_URL");
    if (sources.wantsHelp()) {
      out.println(reader.help());
      return;
    }
    try {
      StandaloneConfig config = reader.read(sources);
      config.log().apply();
      run(config, out, begun);
    } catch (ConfigException
        | PlatformException
        | DataFolderInUseException
        | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static void run(StandaloneConfig config, PrintStream out, long begun)
      throws InterruptedException {
    Standalone standalone = Standalone.start(config);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  out.println("Stopping ...");
                  standalone.close();
                  out.println("Stopped.");
                  stopped.countDown();
                },
                "stop"));
    greet(standalone, config, out, begun);
    stopped.await();
  }

  private static void greet(
      Standalone standalone, StandaloneConfig config, PrintStream out, long begun) {
    String url = standalone.publicUrl().toString();
    out.println();
    out.println(
        "Cloudlet is up after "
            + (System.nanoTime() - begun) / 1_000_000
            + " ms. Data: "
            + config.data().folder().toAbsolutePath());
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
    out.println("Next, in a second terminal:   mvn -Pdemo");
    out.println("or by hand:                   curl " + url + "/v1/prices");
    out.println("Ctrl-C stops everything.");
    out.flush();
  }

  private static void greet(FirstAdministrator.Credentials first, PrintStream out) {
    out.println();
    out.println("  Administrator (shown this once)");
    out.println("    e-mail    " + first.email());
    out.println("    password  " + first.password().reveal());
  }
}
