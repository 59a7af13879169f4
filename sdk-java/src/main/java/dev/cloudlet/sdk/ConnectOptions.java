package dev.cloudlet.sdk;

import io.grpc.ManagedChannel;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a client connects and how long it waits. Immutable; made by {@link #builder(String)}.
 *
 * <p>Deadlines bound one attempt of a call; {@link RetryOptions#totalTime()} bounds all attempts.
 */
public final class ConnectOptions {
  private final URI address;
  private final RetryOptions retry;
  private final Duration readDeadline;
  private final Duration writeDeadline;
  private final Map<String, Duration> deadlines;
  private final Optional<Path> trustedCertificates;
  private final Optional<ManagedChannel> channel;
  private final Optional<HttpClient> httpClient;
  private final TimeSource time;
  private final String application;

  private ConnectOptions(Builder from) {
    this.address = from.address;
    this.retry = from.retry;
    this.readDeadline = from.readDeadline;
    this.writeDeadline = from.writeDeadline;
    this.deadlines = Map.copyOf(from.deadlines);
    this.trustedCertificates = from.trustedCertificates;
    this.channel = from.channel;
    this.httpClient = from.httpClient;
    this.time = from.time;
    this.application = from.application;
  }

  /**
   * {@return options with the defaults for everything but the address}
   *
   * @param address {@code http://host:port} for plain text, {@code https://host[:port]} for TLS
   * @throws IllegalArgumentException if it is neither
   */
  public static Builder builder(String address) {
    return new Builder(address);
  }

  /** {@return where the server is} */
  public URI address() {
    return address;
  }

  /** {@return when calls are repeated} */
  public RetryOptions retry() {
    return retry;
  }

  /**
   * {@return the bound of one attempt of a method}
   *
   * @param method such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
   * @param read whether the method changes nothing
   */
  public Duration deadline(String method, boolean read) {
    return deadlines.getOrDefault(method, read ? readDeadline : writeDeadline);
  }

  /** {@return the PEM file of authorities to trust instead of the system's} */
  public Optional<Path> trustedCertificates() {
    return trustedCertificates;
  }

  /** {@return a connection to use instead of opening one} */
  public Optional<ManagedChannel> channel() {
    return channel;
  }

  /** {@return the client for uploads and downloads} */
  public Optional<HttpClient> httpClient() {
    return httpClient;
  }

  /** {@return the source of time and waits} */
  public TimeSource time() {
    return time;
  }

  /** {@return the name of the program, for the user agent; may be empty} */
  public String application() {
    return application;
  }

  /** Collects options. Not safe for several threads. */
  public static final class Builder {
    private static final Duration READ_DEADLINE = Duration.ofSeconds(15);

    /** Longer than a server may work on one mutation (25 s), so that its answer is not missed. */
    private static final Duration WRITE_DEADLINE = Duration.ofSeconds(30);

    private final URI address;
    private RetryOptions retry = RetryOptions.defaults();
    private Duration readDeadline = READ_DEADLINE;
    private Duration writeDeadline = WRITE_DEADLINE;
    private final Map<String, Duration> deadlines = new LinkedHashMap<>();
    private Optional<Path> trustedCertificates = Optional.empty();
    private Optional<ManagedChannel> channel = Optional.empty();
    private Optional<HttpClient> httpClient = Optional.empty();
    private TimeSource time = TimeSource.system();
    private String application = "";

    private Builder(String text) {
      URI given = URI.create(text);
      boolean web = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
      boolean bare =
          given.getPath() == null || given.getPath().isEmpty() || given.getPath().equals("/");
      if (!web || given.getHost() == null || !bare || given.getUserInfo() != null) {
        throw new IllegalArgumentException(
            "The address must be http://host:port or https://host[:port] without a path.");
      }
      this.address = given;
    }

    /**
     * When calls are repeated; {@link RetryOptions#defaults()} unless set.
     *
     * @param options when and how often
     * @return this builder
     */
    public Builder retry(RetryOptions options) {
      this.retry = options;
      return this;
    }

    /**
     * Bound of one attempt of a read; 15 s unless set.
     *
     * @param deadline above zero
     * @return this builder
     */
    public Builder readDeadline(Duration deadline) {
      this.readDeadline = positive(deadline);
      return this;
    }

    /**
     * Bound of one attempt of a mutation; 30 s unless set.
     *
     * @param deadline above zero
     * @return this builder
     */
    public Builder writeDeadline(Duration deadline) {
      this.writeDeadline = positive(deadline);
      return this;
    }

    /**
     * Bound of one attempt of one method.
     *
     * @param method such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
     * @param deadline above zero
     * @return this builder
     */
    public Builder deadline(String method, Duration deadline) {
      deadlines.put(method, positive(deadline));
      return this;
    }

    /**
     * PEM file of authorities to trust for https instead of the system's; not for uploads.
     *
     * @param pem the file
     * @return this builder
     */
    public Builder trustedCertificates(Path pem) {
      this.trustedCertificates = Optional.of(pem);
      return this;
    }

    /**
     * A connection to use instead of opening one, such as an in-process one. The client closes it.
     *
     * @param given what to use
     * @return this builder
     */
    public Builder channel(ManagedChannel given) {
      this.channel = Optional.of(given);
      return this;
    }

    /**
     * The client for uploads and downloads. It stays open when the Cloudlet client closes.
     *
     * @param given what to use
     * @return this builder
     */
    public Builder httpClient(HttpClient given) {
      this.httpClient = Optional.of(given);
      return this;
    }

    /**
     * Time and waits; {@link TimeSource#system()} unless set.
     *
     * @param given what to use
     * @return this builder
     */
    public Builder time(TimeSource given) {
      this.time = given;
      return this;
    }

    /**
     * Name of the program, for the user agent.
     *
     * @param name the program's name
     * @return this builder
     */
    public Builder application(String name) {
      this.application = name;
      return this;
    }

    /** {@return the options} */
    public ConnectOptions build() {
      return new ConnectOptions(this);
    }

    private static Duration positive(Duration deadline) {
      if (!deadline.isPositive()) {
        throw new IllegalArgumentException("a deadline must be above zero");
      }
      return deadline;
    }
  }
}
