package dev.cloudlet.identity;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.RegisterResponse;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SeededRandom;
import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.CallInterceptor;
import dev.cloudlet.kernel.rpc.ErrorInterceptor;
import dev.cloudlet.kernel.rpc.IdempotencyInterceptor;
import dev.cloudlet.kernel.rpc.InMemoryIdempotencyStore;
import dev.cloudlet.kernel.rpc.PermissionInterceptor;
import dev.cloudlet.kernel.rpc.ValidationInterceptor;
import dev.cloudlet.kernel.telemetry.CallMetrics;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.MovableClock;
import dev.cloudlet.mail.InMemoryMailOutbox;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identity behind the real chain (without rate limits), on in-memory stores and a clock to move.
 */
final class IdentityFixture implements AutoCloseable {
  static final String PASSWORD = "correct horse 7";
  private static final Pattern DIGITS = Pattern.compile("\\b\\d{6}\\b");

  final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  final TimeOrderedIds ids = TimeOrderedIds.secure(clock);
  final IdentityStores stores = IdentityStores.inMemory();
  final InMemoryMailOutbox outbox = new InMemoryMailOutbox();
  final LocalSignals signals = new LocalSignals();
  final IdentityCrypto crypto;
  final IdentityConfig config;
  final IdentityModule module;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Server server;
  private final ManagedChannel channel;

  IdentityFixture() {
    SeededRandom random = new SeededRandom(7);
    MasterKey master = MasterKey.generate(random);
    crypto =
        new IdentityCrypto(
            master,
            new SecretBox(master, List.of(), random),
            new PasswordHasher(new PasswordHasher.Cost(64, 1, 1), random, 2, 1000),
            random);
    IdentityConfig defaults = IdentityConfig.defaults();
    config =
        new IdentityConfig(
            defaults.issuer(),
            defaults.accessTokenLifetime(),
            defaults.sessionLifetime(),
            defaults.codeLifetime(),
            List.of("https://partner.example/welcome"),
            defaults.administratorDomain(),
            defaults.signingKeyAge(),
            defaults.signingKeyOverlap());
    module = wire();
    String name = ids.next("test");
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name).executor(threads);
    for (BindableService service : module.services()) {
      builder.addService(ServerInterceptors.interceptForward(service, chain()));
    }
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
  }

  /** Another server on the same stores. */
  IdentityModule wire() {
    return IdentityModule.wire(
        stores,
        config,
        crypto,
        new IdentityModule.Surroundings(
            clock, ids, signals, URI.create("https://cloud.example"), outbox));
  }

  private List<ServerInterceptor> chain() {
    IdempotencyInterceptor.ResponseSeal open =
        new IdempotencyInterceptor.ResponseSeal() {
          @Override
          public byte[] seal(String key, byte[] response) {
            return response;
          }

          @Override
          public byte[] open(String key, byte[] sealed) {
            return sealed;
          }
        };
    return List.of(
        new CallInterceptor(ids, new CallMetrics(new SimpleMeterRegistry()), Tracing.off()),
        new ErrorInterceptor(),
        new AuthenticationInterceptor(module.authenticator()),
        new PermissionInterceptor(),
        new ValidationInterceptor(),
        new IdempotencyInterceptor(
            new InMemoryIdempotencyStore(), open, clock, new Random(11), Duration.ofSeconds(25)));
  }

  AuthServiceGrpc.AuthServiceBlockingStub auth() {
    return AuthServiceGrpc.newBlockingStub(channel);
  }

  AuthServiceGrpc.AuthServiceBlockingStub auth(String token) {
    return auth().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(token)));
  }

  AuthServiceGrpc.AuthServiceBlockingStub authWith(Metadata headers) {
    return auth().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  UserServiceGrpc.UserServiceBlockingStub users(String token) {
    return usersWith(bearer(token));
  }

  UserServiceGrpc.UserServiceBlockingStub usersWith(Metadata headers) {
    return UserServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  static Metadata bearer(String token) {
    return headers("authorization", "Bearer " + token);
  }

  static Metadata headers(String... pairs) {
    Metadata headers = new Metadata();
    for (int i = 0; i < pairs.length; i += 2) {
      headers.put(Metadata.Key.of(pairs[i], Metadata.ASCII_STRING_MARSHALLER), pairs[i + 1]);
    }
    return headers;
  }

  RegisterResponse register(String email) {
    return auth()
        .register(
            RegisterRequest.newBuilder()
                .setEmail(email)
                .setPassword(PASSWORD)
                .setName("Asha")
                .build());
  }

  /** An account, opened the whole way. */
  User open(String email) {
    RegisterResponse begun = register(email);
    return auth()
        .verifyEmail(
            VerifyEmailRequest.newBuilder()
                .setRegistrationId(begun.getRegistrationId())
                .setOtp(newestCode(email))
                .build())
        .getUser();
  }

  Session login(String email) {
    return login(email, PASSWORD);
  }

  Session login(String email, String password) {
    return auth()
        .login(LoginRequest.newBuilder().setEmail(email).setPassword(password).build())
        .getSession();
  }

  /** The code in the newest mail that holds one. */
  String newestCode(String email) {
    List<String> codes =
        outbox.to(email).stream()
            .map(mail -> DIGITS.matcher(mail.text()))
            .filter(Matcher::find)
            .map(Matcher::group)
            .toList();
    return codes.getLast();
  }

  /** A code that is not this one. */
  static String otherThan(String code) {
    return code.charAt(0) == '9' ? "0" + code.substring(1) : "9" + code.substring(1);
  }

  static String reason(Throwable failure) {
    return info((StatusRuntimeException) failure).getReason();
  }

  static ErrorInfo info(StatusRuntimeException failure) {
    Status status = StatusProto.fromThrowable(failure);
    try {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          return detail.unpack(ErrorInfo.class);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    throw new IllegalStateException("no ErrorInfo in " + status);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    threads.shutdownNow();
    crypto.hasher().close();
    signals.close();
  }
}
