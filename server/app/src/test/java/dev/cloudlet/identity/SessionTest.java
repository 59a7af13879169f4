package dev.cloudlet.identity;

import static dev.cloudlet.identity.IdentityFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.Principal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens, refresh and logout over gRPC, through the real chain. */
class SessionTest {
  private static final String EMAIL = "asha@example.com";

  private final IdentityFixture cloud = new IdentityFixture();
  private final SessionCalls calls = new SessionCalls(cloud);

  @BeforeEach
  void open() {
    cloud.open(EMAIL);
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aWrongPasswordAndAnUnknownAddressAreRefusedAlike() {
    Throwable wrong = catchThrowable(() -> cloud.login(EMAIL, "wrong password"));
    Throwable unknown = catchThrowable(() -> cloud.login("no@example.com", "wrong password"));
    assertThat(reason(wrong)).isEqualTo("BAD_CREDENTIALS");
    assertThat(unknown).hasMessage(wrong.getMessage());
  }

  @Test
  void theAccessTokenHoldsIdsAndRoleAndNothingPrivate() {
    String token = cloud.login(EMAIL).getAccessToken();
    String payload =
        new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    assertThat(payload)
        .contains("\"sub\":\"usr_", "\"sid\":\"ses_", "\"role\":\"ROLE_USER\"", "\"jti\"")
        .doesNotContain(EMAIL, "Asha");
  }

  @Test
  void anAccessTokenEndsAfterAQuarterOfAnHour() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofMinutes(16));
    assertThat(reason(catchThrowable(() -> calls.profile(session)))).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void aRefreshGivesNewTokensAndSlidesTheEnd() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofDays(29));
    Session next = calls.refresh(session.getRefreshToken());
    assertThat(next.getId()).isEqualTo(session.getId());
    assertThat(next.getRefreshToken()).isNotEqualTo(session.getRefreshToken());
    assertThat(calls.profile(next).getEmail()).isEqualTo(EMAIL);
    cloud.clock.advance(Duration.ofDays(29));
    assertThat(calls.refresh(next.getRefreshToken()).getId()).isEqualTo(session.getId());
  }

  @Test
  void aSessionThatIsNotRefreshedEndsAfterThirtyDays() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofDays(30));
    assertThat(reason(catchThrowable(() -> calls.refresh(session.getRefreshToken()))))
        .isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void aRefreshTokenThatComesTwiceEndsItsSession() {
    Session session = cloud.login(EMAIL);
    Session next = calls.refresh(session.getRefreshToken());
    assertThat(reason(catchThrowable(() -> calls.refresh(session.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> calls.profile(next)))).isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> calls.refresh(next.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
  }

  @Test
  void ofTwoRefreshesAtOnceOneWinsAndTheOtherEndsTheSession() throws Exception {
    Session session = cloud.login(EMAIL);
    List<Session> won = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Session> refresh = () -> calls.refresh(session.getRefreshToken());
      for (Future<Session> racer : pool.invokeAll(List.of(refresh, refresh))) {
        try {
          won.add(racer.get());
        } catch (ExecutionException e) {
          refused.add(reason(e.getCause()));
        }
      }
    }
    assertThat(won).hasSize(1);
    assertThat(refused).containsExactly("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> calls.profile(won.getFirst()))))
        .isEqualTo("SESSION_REVOKED");
  }

  @Test
  void aRefreshRepeatedWithItsRequestIdGivesTheSameTokens() {
    Session session = cloud.login(EMAIL);
    RefreshSessionRequest request =
        RefreshSessionRequest.newBuilder().setRequestId("refresh-1").build();
    Session first = cloud.auth(session.getRefreshToken()).refreshSession(request).getSession();
    Session again = cloud.auth(session.getRefreshToken()).refreshSession(request).getSession();
    assertThat(again).isEqualTo(first);
    assertThat(calls.profile(again).getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aForgedRefreshTokenIsRefusedAndHarmsNoSession() {
    Session session = cloud.login(EMAIL);
    String token = session.getRefreshToken();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "0".repeat(64);
    assertThat(reason(catchThrowable(() -> calls.refresh(forged)))).isEqualTo("UNAUTHENTICATED");
    assertThat(reason(catchThrowable(() -> calls.refresh(session.getAccessToken()))))
        .isEqualTo("UNAUTHENTICATED");
    assertThat(calls.profile(session).getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void logoutActsAtOnceAndOnlyOnItsOwnSession() {
    Session phone = cloud.login(EMAIL);
    Session laptop = cloud.login(EMAIL);
    calls.profile(phone);
    assertThat(SessionCalls.logout(cloud.auth(phone.getAccessToken()), false)).isEqualTo(1);
    assertThat(reason(catchThrowable(() -> calls.profile(phone)))).isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> calls.refresh(phone.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
    assertThat(calls.profile(laptop).getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void logoutOfAllSessionsEndsEveryOne() {
    Session phone = cloud.login(EMAIL);
    Session laptop = cloud.login(EMAIL);
    calls.profile(laptop);
    assertThat(SessionCalls.logout(cloud.auth(phone.getAccessToken()), true)).isEqualTo(2);
    assertThat(reason(catchThrowable(() -> calls.profile(laptop)))).isEqualTo("SESSION_REVOKED");
  }

  @Test
  void logoutSucceedsWithoutASessionAndTwice() {
    Session session = cloud.login(EMAIL);
    assertThat(SessionCalls.logout(cloud.auth(), false)).isZero();
    SessionCalls.logout(cloud.auth(session.getAccessToken()), false);
    assertThat(SessionCalls.logout(cloud.auth(session.getAccessToken()), false)).isZero();
  }

  @Test
  void logoutByRefreshTokenEndsTheSessionWhenTheAccessTokenIsOver() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofHours(1));
    assertThat(SessionCalls.logout(cloud.auth(session.getRefreshToken()), false)).isEqualTo(1);
    assertThat(reason(catchThrowable(() -> calls.refresh(session.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
  }

  @Test
  void logoutOnOneServerReachesAnotherAtTheLatestAfterItsMemory() {
    Session session = cloud.login(EMAIL);
    IdentityAuthenticator other = cloud.wire().authenticator();
    Credentials credentials = SessionCalls.credentials(session.getAccessToken());
    assertThat(other.authenticate(credentials, Access.ACCESS_USER))
        .isInstanceOf(Principal.Account.class);
    SessionCalls.logout(cloud.auth(session.getAccessToken()), false);
    cloud.clock.advance(Duration.ofSeconds(4));
    assertThat(catchThrowable(() -> other.authenticate(credentials, Access.ACCESS_USER)))
        .hasMessageContaining("ended");
  }

  @Test
  void allServersSignWithOneKey() {
    assertThat(cloud.wire().api().jwks()).isEqualTo(cloud.module.api().jwks());
  }
}
