package dev.cloudlet.standalone.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An S3 server on a folder: signature version 4 in headers and presigned URLs, buckets, objects,
 * ranges, multipart uploads, copies. Every account has its own directory and sees nothing else;
 * identities are looked up on every request; the quota is enforced while bytes arrive; an
 * acknowledged object is synced to disk.
 *
 * <p>Not there: versioning, tagging, life cycles, policies, object lock, anonymous access. A key
 * and a longer one below it ({@code a} and {@code a/b}) exclude each other, as files and
 * directories do, and a part of a key between slashes may have 218 bytes. Thread-safe.
 */
public final class EmbeddedS3 implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedS3.class);

  /**
   * Uploads signed in the header are held in memory to check their hash; bigger ones come presigned
   * or in chunks.
   */
  private static final long HEADER_SIGNED_BYTES = 17L << 20;

  /** How long closing waits for running requests; an idle connection holds it up for as long. */
  private static final long STOP_MILLIS = 1000;

  /**
   * Also bounds the memory that unauthenticated callers can make us hold: each up to {@link
   * #HEADER_SIGNED_BYTES}.
   */
  private static final int THREADS = 64;

  private static final List<String> EXPOSED_HEADERS =
      List.of(
          "ETag",
          "Content-Length",
          "Content-Range",
          "Content-Type",
          "Accept-Ranges",
          "Last-Modified",
          "x-amz-request-id");

  private final S3Proxy server;
  private final S3Accounts accounts;
  private final URI localEndpoint;
  private final URI endpoint;
  private boolean closed;

  private EmbeddedS3(S3Proxy server, S3Accounts accounts, Settings settings) {
    this.server = server;
    this.accounts = accounts;
    String host =
        List.of("0.0.0.0", "::").contains(settings.bindAddress())
            ? "127.0.0.1"
            : settings.bindAddress();
    this.localEndpoint = http(host, server.getPort());
    this.endpoint = settings.publicEndpoint().orElse(localEndpoint);
  }

  /**
   * Where and for whom the server listens.
   *
   * @param folder holds one directory per account
   * @param bindAddress the address to listen on, as 127.0.0.1 or 0.0.0.0
   * @param port the port, or 0 for a free one
   * @param publicEndpoint how clients reach it, when that differs: behind a proxy or in a container
   * @param corsOrigins origins whose pages may call it, literally, as {@code
   *     https://app.example.com}; {@code *} for all
   */
  public record Settings(
      Path folder,
      String bindAddress,
      int port,
      Optional<URI> publicEndpoint,
      List<String> corsOrigins) {
    public Settings {
      corsOrigins = List.copyOf(corsOrigins);
    }
  }

  /**
   * Starts the server.
   *
   * @param clock decides which left-over files are old
   * @throws IllegalStateException when the file system keeps no extended attributes, without which
   *     content types would be lost
   * @throws UncheckedIOException when the folder cannot be written or the port is taken
   */
  public static EmbeddedS3 start(Settings settings, S3Identities identities, InstantSource clock) {
    try {
      Path root = Files.createDirectories(settings.folder()).toRealPath();
      requireExtendedAttributes(root);
      S3Accounts accounts = new S3Accounts(root, identities, clock);
      S3Proxy server = build(root, settings);
      server.setBlobStoreLocator(accounts);
      listen(server, settings);
      Thread.ofVirtual().name("s3-count").start(() -> countAll(accounts));
      return new EmbeddedS3(server, accounts, settings);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the S3 server on " + settings.folder(), e);
    }
  }

  /** The address for clients outside: the configured one, else the local one. */
  public URI endpoint() {
    return endpoint;
  }

  /** The address on this machine. */
  public URI localEndpoint() {
    return localEndpoint;
  }

  /** The port it listens on. */
  public int port() {
    return localEndpoint.getPort();
  }

  /**
   * The bytes of objects and unfinished uploads in an account's folder; 0 when there is none. The
   * first call may walk the folder.
   */
  public long usedBytes(String folder) {
    return accounts.usedBytes(folder);
  }

  /** The bytes in all accounts' folders; less while they are counted after the start. */
  public long storedBytes() {
    return accounts.storedBytes();
  }

  /** Lets running requests end for a second, then stops; closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stop(server);
  }

  private static S3Proxy build(Path root, Settings settings) throws IOException {
    // The locator decides for every request; s3proxy only wants to be told that there is
    // authentication at all.
    return S3Proxy.builder()
        .endpoint(http(settings.bindAddress(), settings.port()))
        .awsAuthentication(AuthenticationType.AWS_V4, "unused", "unused")
        .blobStore(S3PrivateStore.in(root.resolve(".anonymous")))
        .corsRules(corsRules(settings.corsOrigins()))
        .v4MaxNonChunkedRequestSize(HEADER_SIGNED_BYTES)
        .jettyMaxThreads(THREADS)
        .stopTimeout(STOP_MILLIS)
        .build();
  }

  private static CrossOriginResourceSharing corsRules(List<String> origins) {
    if (origins.isEmpty()) {
      return CrossOriginResourceSharing.disabled();
    }
    List<String> patterns =
        origins.contains("*") ? List.of("*") : origins.stream().map(Pattern::quote).toList();
    return new CrossOriginResourceSharing(
        patterns,
        List.of("GET", "HEAD", "PUT", "POST", "DELETE"),
        List.of("*"),
        EXPOSED_HEADERS,
        "");
  }

  // The server declares Exception; a port that is taken is an IOException.
  private static void listen(S3Proxy server, Settings settings) throws IOException {
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      throw new IOException(
          "cannot listen on " + settings.bindAddress() + ":" + settings.port(), e);
    }
  }

  private static void stop(S3Proxy server) {
    try {
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stopping the S3 server", e);
    } catch (TimeoutException stillBusy) {
      // Thrown after everything was stopped: a client held its connection longer than we wait.
      log.info("the S3 server stopped with requests or idle connections open");
    } catch (Exception e) {
      throw new IllegalStateException("the S3 server did not stop", e);
    }
  }

  private static void countAll(S3Accounts accounts) {
    try {
      accounts.countAll();
    } catch (IOException | RuntimeException e) {
      // Only a head start: each account is counted at its first request anyway, and fails there
      // loudly.
      log.warn("cannot count the S3 accounts ahead of their use", e);
    }
  }

  private static void requireExtendedAttributes(Path folder) throws IOException {
    Path probe = Files.createTempFile(folder, ".probe", null);
    try {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class);
      if (view != null) {
        view.write("user.probe", ByteBuffer.wrap(new byte[] {1}));
        if (view.list().contains("user.probe")) {
          return;
        }
      }
      throw noExtendedAttributes(folder, null);
    } catch (IOException | UnsupportedOperationException e) {
      throw noExtendedAttributes(folder, e);
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static IllegalStateException noExtendedAttributes(
      Path folder, @Nullable Exception cause) {
    return new IllegalStateException(
        "The file system of "
            + folder
            + " keeps no extended attributes (user_xattr), so content types and metadata of"
            + " objects would be lost. Choose another folder.",
        cause);
  }

  private static URI http(String host, int port) {
    try {
      return new URI("http", null, host, port, null, null, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not an address to listen on: " + host, e);
    }
  }
}
