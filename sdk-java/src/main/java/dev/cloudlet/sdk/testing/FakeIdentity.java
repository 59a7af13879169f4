package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.dev.v1.InboxMessage;
import dev.cloudlet.api.dev.v1.InboxServiceGrpc;
import dev.cloudlet.api.dev.v1.ListMessagesRequest;
import dev.cloudlet.api.dev.v1.ListMessagesResponse;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.GetProfileResponse;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.LoginResponse;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.LogoutResponse;
import dev.cloudlet.api.identity.v1.RefreshSessionResponse;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.RegisterResponse;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyEmailResponse;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Accounts, sessions and the inbox. */
final class FakeIdentity {
  static final Duration ACCESS_LIFE = Duration.ofMinutes(15);
  private static final Duration REFRESH_LIFE = Duration.ofDays(30);

  private final FakeWorld world;
  private final Map<String, Registration> registrations = new HashMap<>();
  private final Map<String, Signed> accessTokens = new HashMap<>();
  private final Map<String, Signed> refreshTokens = new HashMap<>();
  private final List<InboxMessage> mails = new ArrayList<>();

  FakeIdentity(FakeWorld world) {
    this.world = world;
  }

  private record Registration(FakeAccount account, String code) {}

  private record Signed(FakeAccount account, String sessionId, Instant end) {}

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(AuthServiceGrpc.getRegisterMethod(), (call, q) -> register(q)),
        new FakeMethod<>(AuthServiceGrpc.getVerifyEmailMethod(), (call, q) -> verifyEmail(q)),
        new FakeMethod<>(AuthServiceGrpc.getLoginMethod(), (call, q) -> login(q)),
        new FakeMethod<>(AuthServiceGrpc.getRefreshSessionMethod(), (call, q) -> refresh(call)),
        new FakeMethod<>(AuthServiceGrpc.getLogoutMethod(), this::logout),
        new FakeMethod<>(
            UserServiceGrpc.getGetProfileMethod(),
            (call, q) -> GetProfileResponse.newBuilder().setUser(call.caller().user()).build()),
        new FakeMethod<>(InboxServiceGrpc.getListMessagesMethod(), (call, q) -> inbox(q)));
  }

  /** Whose access token that is; refuses one that is over. */
  Optional<FakeAccount> account(String bearer) {
    Signed signed = accessTokens.get(bearer);
    if (signed == null) {
      return Optional.empty();
    }
    if (!world.clock.now().isBefore(signed.end())) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_TOKEN_EXPIRED, "The token is over; refresh it.");
    }
    return Optional.of(signed.account());
  }

  FakeAccount open(String email, String password, String name) {
    FakeAccount account =
        new FakeAccount(world.newId("usr"), email.toLowerCase(Locale.ROOT), password, name);
    requireFree(account.email);
    world.accountsByEmail.put(account.email, account);
    return account;
  }

  private void requireFree(String email) {
    if (world.accountsByEmail.containsKey(email)) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_EMAIL_TAKEN, "An account with this address exists.");
    }
  }

  private RegisterResponse register(RegisterRequest q) {
    String email = q.getEmail().toLowerCase(Locale.ROOT);
    requireFree(email);
    String id = world.newId("reg");
    String code = id.substring(id.length() - 6);
    registrations.put(
        id,
        new Registration(
            new FakeAccount(world.newId("usr"), email, q.getPassword(), q.getName()), code));
    mails.add(
        InboxMessage.newBuilder()
            .setId(world.newId("mai"))
            .setTo(email)
            .setSubject("Your code")
            .setText("Your code is " + code + ". It ends in 10 minutes.")
            .setCreateTime(world.now())
            .build());
    return RegisterResponse.newBuilder()
        .setRegistrationId(id)
        .setExpireTime(world.in(Duration.ofMinutes(10)))
        .build();
  }

  private VerifyEmailResponse verifyEmail(VerifyEmailRequest q) {
    Registration registration = registrations.get(q.getRegistrationId());
    if (registration == null || !registration.code().equals(q.getOtp())) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_OTP_INVALID, "The code is wrong.", Map.of("tries_left", "4"));
    }
    FakeAccount account = registration.account();
    requireFree(account.email);
    world.accountsByEmail.put(account.email, account);
    registrations.remove(q.getRegistrationId());
    return VerifyEmailResponse.newBuilder().setUser(account.user()).build();
  }

  private LoginResponse login(LoginRequest q) {
    FakeAccount account = world.accountsByEmail.get(q.getEmail().toLowerCase(Locale.ROOT));
    if (account == null || !account.password.equals(q.getPassword())) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_BAD_CREDENTIALS, "Address and password do not belong together.");
    }
    return LoginResponse.newBuilder().setSession(session(account, world.newId("ses"))).build();
  }

  private RefreshSessionResponse refresh(FakeCall call) {
    Signed signed = call.bearer().map(refreshTokens::remove).orElse(null);
    if (signed == null || !world.clock.now().isBefore(signed.end())) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_SESSION_REVOKED, "The session has ended. Log in again.");
    }
    return RefreshSessionResponse.newBuilder()
        .setSession(session(signed.account(), signed.sessionId()))
        .build();
  }

  private LogoutResponse logout(FakeCall call, LogoutRequest q) {
    Signed own = call.bearer().map(accessTokens::get).orElse(null);
    if (own != null) {
      accessTokens.values().removeIf(other -> ends(other, own, q.getAllSessions()));
      refreshTokens.values().removeIf(other -> ends(other, own, q.getAllSessions()));
    }
    return LogoutResponse.newBuilder().setEndedSessions(own == null ? 0 : 1).build();
  }

  private static boolean ends(Signed other, Signed own, boolean all) {
    return all ? other.account() == own.account() : other.sessionId().equals(own.sessionId());
  }

  /** Ends every access token at once, as a server does that lost its key. */
  void expireAccessTokens() {
    Instant now = world.clock.now();
    accessTokens.replaceAll(
        (token, signed) -> new Signed(signed.account(), signed.sessionId(), now));
  }

  private Session session(FakeAccount account, String sessionId) {
    String access = world.newId("access");
    String refresh = world.newId("refresh");
    Instant accessEnd = world.clock.now().plus(ACCESS_LIFE);
    Instant refreshEnd = world.clock.now().plus(REFRESH_LIFE);
    accessTokens.put(access, new Signed(account, sessionId, accessEnd));
    refreshTokens.put(refresh, new Signed(account, sessionId, refreshEnd));
    return Session.newBuilder()
        .setId(sessionId)
        .setAccessToken(access)
        .setAccessTokenExpireTime(Times.message(accessEnd))
        .setRefreshToken(refresh)
        .setRefreshTokenExpireTime(Times.message(refreshEnd))
        .setUser(account.user())
        .build();
  }

  private ListMessagesResponse inbox(ListMessagesRequest q) {
    List<InboxMessage> found =
        FakeWorld.newestFirst(mails).stream()
            .filter(mail -> q.getTo().isEmpty() || mail.getTo().equalsIgnoreCase(q.getTo()))
            .toList();
    return FakeWorld.page(
        found,
        q.getPageSize(),
        q.getPageToken(),
        (items, next) ->
            ListMessagesResponse.newBuilder().addAllMessages(items).setNextPageToken(next).build());
  }
}
