package dev.cloudlet.sdk.testing;

import com.google.protobuf.Message;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.jobs.v1.Failure;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.ConnectOptions;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A server in the test's own process, with accounts, wallet, orders, storage, videos and jobs in
 * memory.
 *
 * {@snippet :
 * try (FakeCloudlet fake = FakeCloudlet.start();
 *     Cloudlet cloudlet = fake.signedIn("you@example.com", Coins.of(100))) {
 *   fake.failNext("cloudlet.wallet.v1.WalletService/GetBalance", ERROR_REASON_OVERLOADED);
 *   assertThat(cloudlet.wallet().balance().available()).isEqualTo(Coins.of(100));
 * }
 * }
 *
 * <p>While somebody waits for a job, time passes by itself; {@link #holdTime()} leaves it to the
 * test to move {@link #clock()}. See the package for what the fake does not do.
 */
public final class FakeCloudlet implements AutoCloseable {
  private static final String PASSWORD = "correct horse battery";

  private final FakeClock clock = new FakeClock();
  private final FakeWorld world = new FakeWorld(clock);
  private final FakeWeb web = new FakeWeb(clock);
  private final FakeSessions sessions = new FakeSessions(world);
  private final FakeIdentity identity;
  private final FakeMoney money = new FakeMoney(world, web);
  private final FakeJobs jobs = new FakeJobs(world);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<ServerServiceDefinition> services;
  private final String name;
  private final Server server;
  private Optional<Server> listening = Optional.empty();

  private FakeCloudlet() {
    FakeInbox inbox = new FakeInbox(world);
    FakeProofs proofs = new FakeProofs(world, web, sessions, inbox);
    FakeStorage storage = new FakeStorage(world, web);
    FakeVideos videos = new FakeVideos(world, web, storage, jobs);
    identity = new FakeIdentity(world, sessions, proofs);
    List<FakeMethod<?, ?>> methods = new ArrayList<>();
    methods.addAll(inbox.methods());
    methods.addAll(proofs.methods());
    methods.addAll(identity.methods());
    methods.addAll(new FakeUsers().methods());
    methods.addAll(money.methods());
    methods.addAll(storage.methods());
    methods.addAll(videos.methods());
    methods.addAll(jobs.methods());
    methods.addAll(new FakeQueues(world, jobs).methods());
    methods.addAll(new FakeOperations(world).methods());
    List<FakeStream<?, ?>> streams = new ArrayList<>(jobs.streams());
    streams.addAll(videos.streams());
    services = new FakeServices(world, sessions, jobs).definitions(methods, streams);
    name = InProcessServerBuilder.generateName();
    server =
        started(
            InProcessServerBuilder.forName(name).executor(threads).addServices(services).build());
    web.onPayment(this::pay);
    clock.onAdvance(
        () -> {
          synchronized (world) {
            money.timePassed();
            jobs.timePassed();
          }
        });
  }

  /** {@return a fake without any account} */
  public static FakeCloudlet start() {
    return new FakeCloudlet();
  }

  /** {@return the clock of the server and of every client from here} */
  public FakeClock clock() {
    return clock;
  }

  /** {@return a client that nobody has signed in} Close it. */
  public Cloudlet client() {
    return client(options().build());
  }

  /**
   * {@return a client with these options, which began as {@link #options()}} Close it.
   *
   * @param options which began as {@link #options()}
   */
  public Cloudlet client(ConnectOptions options) {
    return Cloudlet.connect(options);
  }

  /**
   * {@return options that lead to this fake and use its clock, for changing deadlines or
   * repetition}
   */
  public ConnectOptions.Builder options() {
    return ConnectOptions.builder("http://fake")
        .channel(InProcessChannelBuilder.forName(name).build())
        .time(clock);
  }

  /**
   * {@return a client of a new account with that many coins, signed in} Close it.
   *
   * @param email the address
   * @param balance coins to begin with
   */
  public Cloudlet signedIn(String email, Coins balance) {
    openAccount(email, PASSWORD, balance);
    Cloudlet cloudlet = client();
    cloudlet.login(email, PASSWORD);
    return cloudlet;
  }

  /**
   * Opens an account without mail and code.
   *
   * @param email the address
   * @param password to log in with
   * @param balance coins to begin with
   */
  public void openAccount(String email, String password, Coins balance) {
    synchronized (world) {
      FakeAccount account = identity.open(email, password, Role.ROLE_USER);
      if (balance.minor() != 0) {
        money.credit(account, balance.minor(), "test");
      }
    }
  }

  /**
   * {@return a client of a new account with the role ADMINISTRATOR, signed in} Close it.
   *
   * @param email the address
   */
  public Cloudlet signedInAdministrator(String email) {
    synchronized (world) {
      identity.open(email, PASSWORD, Role.ROLE_ADMINISTRATOR);
    }
    Cloudlet cloudlet = client();
    cloudlet.login(email, PASSWORD);
    return cloudlet;
  }

  /**
   * Does what the gateway does when the customer pays an order. Paying twice credits once.
   *
   * @param orderId {@code ord_...}
   */
  public void pay(String orderId) {
    synchronized (world) {
      money.pay(orderId);
    }
  }

  /**
   * The next call of a method fails before it does anything. Calls of this queue up.
   *
   * @param method such as {@code cloudlet.wallet.v1.WalletService/GetBalance}; for {@code
   *     cloudlet.jobs.v1.JobService/WatchJob} and the other streams also the one that is open
   * @param reason with the status that the contract declares for it
   */
  public void failNext(String method, ErrorReason reason) {
    world.script(method, new FakeWorld.Scripted(reason, false));
  }

  /**
   * The next call of a method takes effect, but its answer is lost: UNAVAILABLE. Queues up.
   *
   * @param method such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
   */
  public void loseNextAnswer(String method) {
    world.script(method, new FakeWorld.Scripted(ErrorReason.ERROR_REASON_OUTCOME_UNKNOWN, true));
  }

  /**
   * The next transfer of bytes is answered with this HTTP status. Queues up.
   *
   * @param httpStatus such as 503
   */
  public void failNextTransfer(int httpStatus) {
    web.failNext(httpStatus);
  }

  /** The connection of the next transfer of bytes breaks half-way. Queues up. */
  public void breakNextTransfer() {
    web.failNext(FakeWeb.BROKEN);
  }

  /**
   * The next job that is submitted fails half-way, with a full refund. Queues up.
   *
   * @param reason why, for a program
   * @param message why, for a person
   */
  public void failNextJob(ErrorReason reason, String message) {
    synchronized (world) {
      jobs.failNext(
          Failure.newBuilder()
              .setReason(reason.name().substring("ERROR_REASON_".length()))
              .setMessage(message)
              .build());
    }
  }

  /**
   * How long jobs take that are submitted from now on; 10 s at first.
   *
   * @param length how long one job takes
   */
  public void jobLength(Duration length) {
    synchronized (world) {
      jobs.length(length);
    }
  }

  /** Ends all access tokens at once; refresh tokens stay good. */
  public void expireAccessTokens() {
    synchronized (world) {
      sessions.expireAccessTokens();
    }
  }

  /** From now on only {@link #clock()} moves time. */
  public void holdTime() {
    world.holdTime(true);
  }

  /** From now on time passes by itself while somebody waits for a job. */
  public void releaseTime() {
    world.holdTime(false);
  }

  /**
   * {@return the requests that came for a method, oldest first, repetitions included; the last
   * 10,000}
   *
   * @param method such as {@code cloudlet.wallet.v1.WalletService/GetBalance}
   */
  public List<Message> requests(String method) {
    return world.requests(method);
  }

  /**
   * Listens on a free port of this machine as well, for programs that take an address.
   *
   * @return the address, such as {@code http://127.0.0.1:41234}
   */
  public synchronized String listen() {
    if (listening.isEmpty()) {
      listening =
          Optional.of(
              started(
                  Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                      .executor(threads)
                      .addServices(services)
                      .build()));
    }
    return "http://127.0.0.1:" + listening.get().getPort();
  }

  private static Server started(Server built) {
    try {
      return built.start();
    } catch (IOException e) {
      throw new UncheckedIOException("The fake can't start.", e);
    }
  }

  /** Ends everything; what was in it is forgotten. */
  @Override
  public synchronized void close() {
    server.shutdownNow();
    listening.ifPresent(Server::shutdownNow);
    web.close();
    threads.shutdownNow();
  }
}
