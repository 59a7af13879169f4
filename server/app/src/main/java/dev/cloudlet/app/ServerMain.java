package dev.cloudlet.app;

import dev.cloudlet.identity.FirstAdministrator;
import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.launch.Launcher;
import dev.cloudlet.kernel.launch.Program;
import dev.cloudlet.kernel.mail.SmtpAddress;
import dev.cloudlet.kernel.mail.SmtpMailSender;
import dev.cloudlet.kernel.telemetry.LogConfig;
import dev.cloudlet.storage.StoragePlace;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** {@code java -jar server.jar}: one replica that talks to real MongoDB, Redis, S3 and SMTP. */
public final class ServerMain implements Program<ServerConfig> {
  private static final Duration SMTP_TIMEOUT = Duration.ofSeconds(20);

  /** The program, for {@link Launcher}. */
  public ServerMain() {}

  public static void main(String[] arguments) {
    Launcher.launch(new ServerMain(), arguments);
  }

  @Override
  public Class<ServerConfig> config() {
    return ServerConfig.class;
  }

  @Override
  public LogConfig log(ServerConfig config) {
    return config.log();
  }

  @Override
  public Running start(ServerConfig config) {
    if (config.payments().hasSandbox()) {
      LoggerFactory.getLogger(ServerMain.class)
          .warn(
              "payments.sandbox-enabled is on: every customer can have coins without paying. For trials only.");
    }
    Platform platform = Platform.wire(config.settings(), parts(config));
    try {
      platform.start();
      return new RunningServer(platform, platform.firstAdministrator());
    } catch (RuntimeException | Error e) {
      platform.close();
      throw e;
    }
  }

  private record RunningServer(
      Platform platform, Optional<FirstAdministrator.Credentials> administrator)
      implements Running {
    @Override
    public void greet(PrintStream out) {
      administrator.ifPresent(
          first ->
              out.println(
                  "Administrator (shown once): "
                      + first.email()
                      + " "
                      + first.password().reveal()));
      out.println("Cloudlet server at " + platform.publicUrl());
    }

    @Override
    public void close() {
      platform.close();
    }
  }

  private static Parts parts(ServerConfig config) {
    Sections.S3 s3 = config.s3();
    S3Options options = S3Options.of(s3.endpoint(), s3.region(), s3.accessKey(), s3.secretKey());
    SmtpMailSender mail =
        new SmtpMailSender(
            SmtpAddress.parse(config.smtp().uri()), config.smtp().from(), SMTP_TIMEOUT);
    return new Parts(
        config.mongo(),
        config.redis().uri(),
        Parts.MasterKeys.of(MasterKey.of(config.masterKey()), config.masterKeyPrevious()),
        new StoragePlace.PlatformKey(options, s3.publicEndpoint().orElse(s3.endpoint())),
        new Parts.Outside.Real(InstantSource.system(), mail));
  }
}
