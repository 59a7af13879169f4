package dev.cloudlet.sdk;

import com.google.protobuf.Message;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.sdk.internal.Caller;
import dev.cloudlet.sdk.internal.Channels;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.net.http.HttpClient;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A client of one Cloudlet server.
 *
 * {@snippet :
 * try (Cloudlet cloudlet = Cloudlet.connect("http://127.0.0.1:8080")) {
 *   cloudlet.login("you@example.com", password);
 *   System.out.println(cloudlet.wallet().balance().available());
 * }
 * }
 *
 * <p>A client holds one connection and at most one identity. The access token is renewed by itself,
 * shortly before it ends and when the server refuses it. Use one client for the whole program;
 * other identities over the same connection come from {@link #withToken} and {@link #withSession}.
 */
public final class Cloudlet implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  private final Caller caller;
  private final Optional<Connection> owned;

  /** What closes with the client that opened it. */
  private record Connection(ManagedChannel channel, HttpClient http, boolean ownHttp) {}

  private Cloudlet(Caller caller, Optional<Connection> owned) {
    this.caller = caller;
    this.owned = owned;
  }

  /**
   * {@return a client with default options} Nothing is sent before the first call.
   *
   * @param address {@code http://host:port} for plain text, {@code https://host[:port]} for TLS
   */
  public static Cloudlet connect(String address) {
    return connect(ConnectOptions.builder(address).build());
  }

  /**
   * {@return a client with these options} Nothing is sent before the first call.
   *
   * @param options how to connect, how long to wait
   */
  public static Cloudlet connect(ConnectOptions options) {
    ManagedChannel channel = Channels.open(options);
    HttpClient http = options.httpClient().orElseGet(Channels::http);
    Connection connection = new Connection(channel, http, options.httpClient().isEmpty());
    return new Cloudlet(new Caller(channel, http, options), Optional.of(connection));
  }

  /**
   * Opens a session for this client.
   *
   * @param email the address
   * @param password the password
   * @return the account
   * @throws UnauthenticatedException if address and password do not belong together
   * @throws FailedPreconditionException with reason SECOND_FACTOR_REQUIRED if a code was mailed:
   *     continue with {@link AuthClient#loginWithCode}
   */
  public User login(String email, String password) {
    return auth().login(email, password);
  }

  /**
   * Another identity over this connection, by an access token that this client can't renew. The
   * connection closes with the client that opened it.
   *
   * @param accessToken of the other identity
   * @return a client of that identity
   */
  public Cloudlet withToken(String accessToken) {
    Caller other = caller.anotherIdentity();
    other.session().useToken(accessToken);
    return new Cloudlet(other, Optional.empty());
  }

  /**
   * Another identity over this connection, by the tokens of a session. From then on only that
   * client may renew them: a refresh token that is used twice ends the session.
   *
   * @param tokens of the session
   * @return a client of that identity
   */
  public Cloudlet withSession(SessionTokens tokens) {
    Caller other = caller.anotherIdentity();
    other.session().signIn(tokens);
    return new Cloudlet(other, Optional.empty());
  }

  /** {@return the tokens of this client's session as they are now, to be kept over a restart} */
  public Optional<SessionTokens> session() {
    return caller.session().tokens();
  }

  /** {@return the calls for accounts and sessions} */
  public AuthClient auth() {
    return new AuthClient(caller);
  }

  /** {@return the calls for the caller's coins} */
  public WalletClient wallet() {
    return new WalletClient(caller);
  }

  /** {@return the calls for buying coins} */
  public PaymentsClient payments() {
    return new PaymentsClient(caller);
  }

  /** {@return the calls that tell what things cost} */
  public PricingClient pricing() {
    return new PricingClient(caller);
  }

  /** {@return the calls for the caller's object storage} */
  public StorageClient storage() {
    return new StorageClient(caller);
  }

  /** {@return the calls for the caller's videos} */
  public VideosClient videos() {
    return new VideosClient(caller);
  }

  /** {@return the calls for the caller's long work} */
  public JobsClient jobs() {
    return new JobsClient(caller);
  }

  /** {@return the calls for all jobs of all accounts, for administrators} */
  public QueuesClient queues() {
    return new QueuesClient(caller);
  }

  /** {@return the calls for the platform's own repeated work, for administrators} */
  public SchedulesClient schedules() {
    return new SchedulesClient(caller);
  }

  /**
   * {@return the calls for mail that would have been sent; only where the server runs standalone}
   */
  public InboxClient inbox() {
    return new InboxClient(caller);
  }

  /**
   * Any other unary method of the contract, with this client's token, deadlines, {@code request_id}
   * and repetitions: {@code call(UserServiceGrpc.getGetProfileMethod(), request)}. A {@code
   * request_id} in the request is kept.
   *
   * @param <Q> what is asked
   * @param <S> what is answered
   * @param method of the contract
   * @param request what is wanted
   * @return the method's answer
   * @throws CloudletException if the call does not succeed
   */
  public <Q extends Message, S> S call(MethodDescriptor<Q, S> method, Q request) {
    return caller.call(method, request);
  }

  /**
   * Closes the connection if this client opened it; calls that run get five seconds to end. The
   * session stays open on the server: end it with {@link AuthClient#logout()}.
   */
  @Override
  public void close() {
    owned.ifPresent(Cloudlet::close);
  }

  private static void close(Connection connection) {
    ManagedChannel channel = connection.channel().shutdown();
    try {
      if (!channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        channel.shutdownNow();
      }
    } catch (InterruptedException e) {
      channel.shutdownNow();
      Thread.currentThread().interrupt();
    }
    if (connection.ownHttp()) {
      connection.http().shutdownNow();
    }
  }
}
