package dev.cloudlet.sdk.internal;

import dev.cloudlet.sdk.ConnectOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Opens connections. */
public final class Channels {
  private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private Channels() {}

  /** The connection that the options describe. It connects with the first call. */
  public static ManagedChannel open(ConnectOptions options) {
    return options.channel().orElseGet(() -> build(options));
  }

  private static ManagedChannel build(ConnectOptions options) {
    boolean tls = "https".equals(options.address().getScheme());
    int port = options.address().getPort();
    int chosen = port >= 0 ? port : tls ? HTTPS_PORT : HTTP_PORT;
    return Grpc.newChannelBuilderForAddress(
            options.address().getHost(),
            chosen,
            tls ? trust(options) : InsecureChannelCredentials.create())
        // One place decides what is repeated: Attempts.
        .disableRetry()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .keepAliveTime(30, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .userAgent((options.application() + " cloudlet-sdk-java").strip())
        .build();
  }

  private static ChannelCredentials trust(ConnectOptions options) {
    if (options.trustedCertificates().isEmpty()) {
      return TlsChannelCredentials.create();
    }
    Path pem = options.trustedCertificates().get();
    try {
      return TlsChannelCredentials.newBuilder().trustManager(pem.toFile()).build();
    } catch (IOException e) {
      throw new UncheckedIOException("The certificates in " + pem + " can't be read.", e);
    }
  }

  /** A client for the object store. */
  public static HttpClient http() {
    return HttpClient.newBuilder()
        // Object stores speak HTTP/1.1; asking for an upgrade only costs a header.
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }
}
