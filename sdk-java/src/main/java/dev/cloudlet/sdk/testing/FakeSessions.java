package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Sessions and their tokens. Guarded by the monitor of {@link FakeWorld}. */
final class FakeSessions {
  private static final Duration ACCESS_LIFE = Duration.ofMinutes(15);
  private static final Duration REFRESH_LIFE = Duration.ofDays(30);

  private final FakeWorld world;
  private final Map<String, Signed> accessTokens = new HashMap<>();
  private final Map<String, Login> refreshTokens = new HashMap<>();

  FakeSessions(FakeWorld world) {
    this.world = world;
  }

  /** A session. Every refresh token that it ever had leads to it; only the newest is good. */
  static final class Login {
    private final String id;
    private final FakeAccount account;
    private String refreshToken = "";
    private Instant end = Instant.MIN;
    private boolean ended;

    private Login(String id, FakeAccount account) {
      this.id = id;
      this.account = account;
    }

    FakeAccount account() {
      return account;
    }
  }

  private record Signed(Login login, Instant end) {}

  Session open(FakeAccount account) {
    return tokens(new Login(world.newId("ses"), account));
  }

  /** Whose token that is; refuses one that is not good, unless anybody may call. */
  FakeCall call(Optional<String> bearer, Access access) {
    if (access == Access.ACCESS_REFRESH || bearer.isEmpty()) {
      return new FakeCall(bearer, Optional.empty());
    }
    String token = bearer.get();
    Signed signed = accessTokens.get(token);
    if (signed != null && !signed.login().ended && world.clock.now().isBefore(signed.end())) {
      return new FakeCall(bearer, Optional.of(signed.login()));
    }
    boolean goodOnce = signed != null || refreshTokens.containsKey(token);
    if (access == Access.ACCESS_PUBLIC && goodOnce) {
      return new FakeCall(bearer, Optional.empty());
    }
    if (signed == null) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_UNAUTHENTICATED, "This is no access token.");
    }
    throw world.clock.now().isBefore(signed.end())
        ? revoked()
        : new FakeRefusal(ErrorReason.ERROR_REASON_TOKEN_EXPIRED, "The token is over; refresh it.");
  }

  /** New tokens for a refresh token; one that is used twice ends its session. */
  Session refresh(Optional<String> bearer) {
    Login login =
        bearer
            .map(refreshTokens::get)
            .orElseThrow(
                () ->
                    new FakeRefusal(
                        ErrorReason.ERROR_REASON_UNAUTHENTICATED, "This is no refresh token."));
    if (login.ended) {
      throw revoked();
    }
    if (!world.clock.now().isBefore(login.end)) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_TOKEN_EXPIRED, "The session has ended. Log in again.");
    }
    if (bearer.filter(login.refreshToken::equals).isEmpty()) {
      login.ended = true;
      throw revoked();
    }
    return tokens(login);
  }

  /** Ends the session of the token that came, or all of its account; says how many. */
  int logout(FakeCall call, boolean all) {
    Optional<Login> own =
        call.login().or(() -> call.bearer().map(refreshTokens::get)).filter(found -> !found.ended);
    return own.map(
            found ->
                all ? end(other -> other.account == found.account) : end(other -> other == found))
        .orElse(0);
  }

  /** Ends every session of the account but that one; says how many. */
  int endOthers(FakeAccount account, Optional<Login> but) {
    return end(other -> other.account == account && but.filter(one -> one == other).isEmpty());
  }

  private int end(Predicate<Login> which) {
    Set<Login> found = new HashSet<>();
    refreshTokens.values().stream()
        .filter(login -> !login.ended && world.clock.now().isBefore(login.end))
        .filter(which)
        .forEach(found::add);
    found.forEach(login -> login.ended = true);
    return found.size();
  }

  /** Ends every access token at once, as a server does that lost its key. */
  void expireAccessTokens() {
    Instant now = world.clock.now();
    accessTokens.replaceAll((token, signed) -> new Signed(signed.login(), now));
  }

  private Session tokens(Login login) {
    String access = world.newId("access");
    login.refreshToken = world.newId("refresh");
    login.end = world.clock.now().plus(REFRESH_LIFE);
    Instant accessEnd = world.clock.now().plus(ACCESS_LIFE);
    accessTokens.put(access, new Signed(login, accessEnd));
    refreshTokens.put(login.refreshToken, login);
    return Session.newBuilder()
        .setId(login.id)
        .setAccessToken(access)
        .setAccessTokenExpireTime(Times.message(accessEnd))
        .setRefreshToken(login.refreshToken)
        .setRefreshTokenExpireTime(Times.message(login.end))
        .setUser(login.account.user())
        .build();
  }

  private static FakeRefusal revoked() {
    return new FakeRefusal(
        ErrorReason.ERROR_REASON_SESSION_REVOKED, "The session was ended. Log in again.");
  }
}
