package dev.cloudlet.app;

import com.linecorp.armeria.client.ClientFactory;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.config.ConfigException;
import dev.cloudlet.kernel.config.ConfigReader;
import dev.cloudlet.kernel.config.ConfigSources;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.mail.SmtpAddress;
import dev.cloudlet.kernel.mail.SmtpMailSender;
import dev.cloudlet.storage.StoragePlace;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** {@code java -jar server.jar}: one replica that talks to real MongoDB, Redis, S3 and SMTP. */
public final class ServerMain {
  private static final Duration SMTP_TIMEOUT = Duration.ofSeconds(20);

  private ServerMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out = System.out;
    // The library would close its clients beside our own, ordered stop.
    ClientFactory.disableShutdownHook();
    ConfigReader<ServerConfig> reader = ConfigReader.of(ServerConfig.class);
    ConfigSources sources =
        ConfigSources.of(List.of(arguments), System.getenv())
            .withDefaultFile(Path.of("cloudlet.yaml"))
            .ignoring("CLOUDLET_TEST_*");
    if (sources.wantsHelp()) {
      out.println(reader.help());
      return;
    }
    try {
      ServerConfig config = reader.read(sources);
      config.log().apply();
      run(config, out);
    } catch (ConfigException | PlatformException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static void run(ServerConfig config, PrintStream out) throws InterruptedException {
    if (config.payments().hasSandbox()) {
      LoggerFactory.getLogger(ServerMain.class)
          .warn(
              "payments.sandbox-enabled is on: every customer can have coins without paying. For trials only.");
    }
    Platform platform = Platform.wire(config.settings(), parts(config));
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  platform.close();
                  stopped.countDown();
                },
                "stop"));
    platform
        .start()
        .ifPresent(
            first ->
                out.println(
                    "Administrator (shown once): "
                        + first.email()
                        + " "
                        + first.password().reveal()));
    out.println("Cloudlet server at " + platform.publicUrl());
    stopped.await();
  }

  private static Parts parts(ServerConfig config) {
    Sections.S3 s3 = config.s3();
    S3Options options = S3Options.of(s3.endpoint(), s3.region(), s3.accessKey(), s3.secretKey());
    SmtpMailSender mail =
        new SmtpMailSender(
            SmtpAddress.parse(config.smtp().uri()), config.smtp().from(), SMTP_TIMEOUT);
    return new Parts(
        config.mongo().uri(),
        config.mongo().database(),
        config.redis().uri(),
        MasterKey.of(config.masterKey()),
        new StoragePlace.PlatformKey(options, s3.publicEndpoint().orElse(s3.endpoint())),
        new Parts.Outside.Real(InstantSource.system(), mail));
  }
}
