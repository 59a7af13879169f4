package dev.cloudlet.standalone.embedded;

import de.bwaldvogel.mongo.MongoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MongoDB wire server in this process, with its data in one H2 file: what it acknowledged is on
 * disk. It understands the subset of MongoDB that the platform keeps to; it has no transactions and
 * its non-unique indexes are scans.
 *
 * <p>Thread-safe. Listens on the loopback address only and asks for no password.
 */
public final class EmbeddedMongo implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedMongo.class);

  /**
   * Event loops: a write blocks its loop until the shared commit, so this bounds how many writers
   * share one. Threads start on first use.
   */
  private static final int EVENT_LOOPS = 64;

  private static final long HOUSE_KEEPING_SECONDS = 1;

  private final MongoServer server;
  private final MongoDurableBackend backend;
  private final ScheduledExecutorService houseKeeper;
  private final int port;
  private boolean closed;

  private EmbeddedMongo(MongoServer server, MongoDurableBackend backend, int port) {
    this.server = server;
    this.backend = backend;
    this.port = port;
    this.houseKeeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mongo-house-keeping").factory());
    houseKeeper.scheduleWithFixedDelay(
        this::keepHouse, HOUSE_KEEPING_SECONDS, HOUSE_KEEPING_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Starts the server on {@code dataFolder}, which is created when missing.
   *
   * @param port the port on 127.0.0.1, or 0 for a free one
   * @throws UncheckedIOException when the folder cannot be created
   * @throws RuntimeException when the file is damaged or held by another process, or the port taken
   */
  public static EmbeddedMongo start(Path dataFolder, int port) {
    try {
      Files.createDirectories(dataFolder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + dataFolder, e);
    }
    MongoDurableBackend backend =
        MongoDurableBackend.open(fileIn(dataFolder).toAbsolutePath().toString());
    MongoServer server = new MongoServer(backend);
    bind(server, port);
    return new EmbeddedMongo(server, backend, server.getLocalAddress().getPort());
  }

  /** The one file of the documents in that folder. */
  public static Path fileIn(Path dataFolder) {
    return dataFolder.resolve("mongo.mv.db");
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The connection string for a driver, as {@code mongodb://127.0.0.1:27017}. */
  public String uri() {
    return "mongodb://127.0.0.1:" + port;
  }

  /** Refuses new work, closes the clients and writes everything; closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    houseKeeper.close();
    server.shutdownNow();
  }

  // Netty throws the checked BindException undeclared, past the clean-up that the server has for
  // RuntimeExceptions.
  private static void bind(MongoServer server, int port) {
    try {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1, EVENT_LOOPS);
    } catch (Throwable e) {
      server.shutdownNow();
      if (e instanceof IOException unavailable) {
        throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, unavailable);
      }
      throw e;
    }
  }

  private void keepHouse() {
    try {
      backend.keepHouse();
    } catch (RuntimeException e) {
      // Growth is the only harm; the next round tries again, and a broken store fails every write
      // loudly on its own.
      log.warn("house-keeping of the embedded MongoDB failed", e);
    }
  }
}
