package dev.cloudlet.standalone.faults;

import dev.cloudlet.kernel.blob.S3Options;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.standalone.embedded.EmbeddedS3;
import dev.cloudlet.standalone.embedded.S3Identity;
import dev.cloudlet.storage.StorageModule;
import dev.cloudlet.storage.StoragePlace;
import dev.cloudlet.testkit.TestPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The object store of several servers. */
sealed interface SharedStore extends AutoCloseable {
  String REGION = "us-east-1";

  static SharedStore of(TestPart part, InstantSource clock) {
    return switch (part) {
      case EMBEDDED -> new Embedded(clock);
      case REAL -> new Given();
    };
  }

  /** Starts it, if it has to be; it may ask a server for identities. */
  void start(Supplier<StorageModule> identities);

  /** Where it is, once it is started. */
  URI address();

  /** For the configuration of a server that reaches it at {@code link}. */
  StoragePlace reachedAt(Supplier<URI> link);

  @Override
  void close();

  /** Standalone's own. */
  final class Embedded implements SharedStore {
    private final InstantSource clock;
    private Optional<EmbeddedS3> server = Optional.empty();

    private Embedded(InstantSource clock) {
      this.clock = clock;
    }

    @Override
    public void start(Supplier<StorageModule> identities) {
      try {
        EmbeddedS3.Settings settings =
            new EmbeddedS3.Settings(
                Files.createTempDirectory("shared-objects"),
                "127.0.0.1",
                0,
                Optional.empty(),
                List.of());
        server =
            Optional.of(EmbeddedS3.start(settings, id -> identity(identities.get(), id), clock));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Optional<S3Identity> identity(StorageModule storage, String id) {
      return storage
          .findKey(id)
          .map(
              key ->
                  new S3Identity(
                      key.accessKeyId(),
                      key.secret(),
                      key.folder(),
                      key.quotaBytes(),
                      key.writable()));
    }

    @Override
    public URI address() {
      return server.orElseThrow().localEndpoint();
    }

    @Override
    public StoragePlace reachedAt(Supplier<URI> link) {
      return new StoragePlace.OwnIdentities(
          link, this::address, REGION, folder -> server.orElseThrow().usedBytes(folder));
    }

    @Override
    public void close() {
      server.ifPresent(EmbeddedS3::close);
    }
  }

  /** The one that the environment gives, with the platform's key. */
  final class Given implements SharedStore {
    private Given() {}

    @Override
    public void start(Supplier<StorageModule> identities) {}

    @Override
    public URI address() {
      return URI.create(TestPart.required(TestPart.S3_ENDPOINT));
    }

    @Override
    public StoragePlace reachedAt(Supplier<URI> link) {
      return new StoragePlace.PlatformKey(
          S3Options.of(
              link.get(),
              REGION,
              TestPart.required(TestPart.S3_ACCESS_KEY),
              Secret.of(TestPart.required(TestPart.S3_SECRET_KEY))),
          address());
    }

    @Override
    public void close() {}
  }
}
