package dev.cloudlet.identity;

import static dev.cloudlet.identity.IdentityFixture.PASSWORD;
import static dev.cloudlet.identity.IdentityFixture.headers;
import static dev.cloudlet.identity.IdentityFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.Credentials;
import dev.cloudlet.kernel.rpc.Principal;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions, passwords and the authenticator over gRPC, through the real chain. */
class SessionTest {
  private static final String EMAIL = "asha@example.com";

  private final IdentityFixture cloud = new IdentityFixture();

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
    assertThat(reason(catchThrowable(() -> profile(session)))).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void aRefreshGivesNewTokensAndSlidesTheEnd() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofDays(29));
    Session next = refresh(session.getRefreshToken());
    assertThat(next.getId()).isEqualTo(session.getId());
    assertThat(next.getRefreshToken()).isNotEqualTo(session.getRefreshToken());
    assertThat(profile(next).getEmail()).isEqualTo(EMAIL);
    cloud.clock.advance(Duration.ofDays(29));
    assertThat(refresh(next.getRefreshToken()).getId()).isEqualTo(session.getId());
  }

  @Test
  void aSessionThatIsNotRefreshedEndsAfterThirtyDays() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofDays(30));
    assertThat(reason(catchThrowable(() -> refresh(session.getRefreshToken()))))
        .isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void aRefreshTokenThatComesTwiceEndsItsSession() {
    Session session = cloud.login(EMAIL);
    Session next = refresh(session.getRefreshToken());
    assertThat(reason(catchThrowable(() -> refresh(session.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> profile(next)))).isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> refresh(next.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
  }

  @Test
  void ofTwoRefreshesAtOnceOneWinsAndTheOtherEndsTheSession() throws Exception {
    Session session = cloud.login(EMAIL);
    List<Session> won = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Session> refresh = () -> refresh(session.getRefreshToken());
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
    assertThat(reason(catchThrowable(() -> profile(won.getFirst())))).isEqualTo("SESSION_REVOKED");
  }

  @Test
  void aRefreshRepeatedWithItsRequestIdGivesTheSameTokens() {
    Session session = cloud.login(EMAIL);
    RefreshSessionRequest request =
        RefreshSessionRequest.newBuilder().setRequestId("refresh-1").build();
    Session first = cloud.auth(session.getRefreshToken()).refreshSession(request).getSession();
    Session again = cloud.auth(session.getRefreshToken()).refreshSession(request).getSession();
    assertThat(again).isEqualTo(first);
    assertThat(profile(again).getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aForgedRefreshTokenIsRefusedAndHarmsNoSession() {
    Session session = cloud.login(EMAIL);
    String token = session.getRefreshToken();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "0".repeat(64);
    assertThat(reason(catchThrowable(() -> refresh(forged)))).isEqualTo("UNAUTHENTICATED");
    assertThat(reason(catchThrowable(() -> refresh(session.getAccessToken()))))
        .isEqualTo("UNAUTHENTICATED");
    assertThat(profile(session).getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void logoutActsAtOnceAndOnlyOnItsOwnSession() {
    Session phone = cloud.login(EMAIL);
    Session laptop = cloud.login(EMAIL);
    profile(phone);
    assertThat(logout(cloud.auth(phone.getAccessToken()), false)).isEqualTo(1);
    assertThat(reason(catchThrowable(() -> profile(phone)))).isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> refresh(phone.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
    assertThat(profile(laptop).getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void logoutOfAllSessionsEndsEveryOne() {
    Session phone = cloud.login(EMAIL);
    Session laptop = cloud.login(EMAIL);
    profile(laptop);
    assertThat(logout(cloud.auth(phone.getAccessToken()), true)).isEqualTo(2);
    assertThat(reason(catchThrowable(() -> profile(laptop)))).isEqualTo("SESSION_REVOKED");
  }

  @Test
  void logoutSucceedsWithoutASessionAndTwice() {
    Session session = cloud.login(EMAIL);
    assertThat(logout(cloud.auth(), false)).isZero();
    logout(cloud.auth(session.getAccessToken()), false);
    assertThat(logout(cloud.auth(session.getAccessToken()), false)).isZero();
  }

  @Test
  void logoutByRefreshTokenEndsTheSessionWhenTheAccessTokenIsOver() {
    Session session = cloud.login(EMAIL);
    cloud.clock.advance(Duration.ofHours(1));
    assertThat(logout(cloud.auth(session.getRefreshToken()), false)).isEqualTo(1);
    assertThat(reason(catchThrowable(() -> refresh(session.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
  }

  @Test
  void logoutOnOneServerReachesAnotherAtTheLatestAfterItsMemory() {
    Session session = cloud.login(EMAIL);
    IdentityAuthenticator other = cloud.wire().authenticator();
    Credentials credentials = bearer(session.getAccessToken());
    assertThat(other.authenticate(credentials, Access.ACCESS_USER))
        .isInstanceOf(Principal.Account.class);
    logout(cloud.auth(session.getAccessToken()), false);
    cloud.clock.advance(Duration.ofSeconds(4));
    assertThat(catchThrowable(() -> other.authenticate(credentials, Access.ACCESS_USER)))
        .hasMessageContaining("ended");
  }

  @Test
  void allServersSignWithOneKey() {
    assertThat(cloud.wire().api().jwks()).isEqualTo(cloud.module.api().jwks());
  }

  @Test
  void aNewPasswordEndsTheOtherSessionsAtOnce() {
    Session here = cloud.login(EMAIL);
    Session there = cloud.login(EMAIL);
    profile(there);
    changePassword(here, PASSWORD, "another horse 8");
    assertThat(reason(catchThrowable(() -> profile(there)))).isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> refresh(there.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
    assertThat(profile(here).getEmail()).isEqualTo(EMAIL);
    assertThat(refresh(here.getRefreshToken()).getId()).isEqualTo(here.getId());
    assertThat(reason(catchThrowable(() -> cloud.login(EMAIL)))).isEqualTo("BAD_CREDENTIALS");
    assertThat(cloud.login(EMAIL, "another horse 8").getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aNewPasswordNeedsTheOldOne() {
    Session session = cloud.login(EMAIL);
    assertThat(
            reason(catchThrowable(() -> changePassword(session, "wrong one", "another horse 8"))))
        .isEqualTo("BAD_CREDENTIALS");
    assertThat(cloud.login(EMAIL).getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aTokenForAnotherAddressDoesNotChangeThePassword() {
    cloud.open("ravi@example.com");
    Session asha = cloud.login(EMAIL);
    sendOtp("ravi@example.com", OtpPurpose.OTP_PURPOSE_PASSWORD_RESET);
    String token =
        cloud
            .auth()
            .verifyOtp(
                VerifyOtpRequest.newBuilder()
                    .setEmail("ravi@example.com")
                    .setOtp(cloud.newestCode("ravi@example.com"))
                    .setPurpose(OtpPurpose.OTP_PURPOSE_PASSWORD_RESET)
                    .build())
            .getVerificationToken();
    ChangePasswordRequest request =
        ChangePasswordRequest.newBuilder()
            .setNewPassword("another horse 8")
            .setVerificationToken(token)
            .build();
    assertThat(
            reason(catchThrowable(() -> cloud.auth(asha.getAccessToken()).changePassword(request))))
        .isEqualTo("VERIFICATION_INVALID");
    Session ravi = cloud.login("ravi@example.com");
    cloud.auth(ravi.getAccessToken()).changePassword(request);
    assertThat(cloud.login("ravi@example.com", "another horse 8").getId()).startsWith("ses_");
  }

  @Test
  void aForgottenPasswordIsSetByMailedCodeAndEndsEverySession() {
    Session session = cloud.login(EMAIL);
    sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_PASSWORD_RESET);
    String code = cloud.newestCode(EMAIL);
    ResetPasswordRequest.Builder request =
        ResetPasswordRequest.newBuilder().setEmail(EMAIL).setOtp(code);
    assertThat(
            reason(
                catchThrowable(
                    () ->
                        cloud.auth().resetPassword(request.setNewPassword("password123").build()))))
        .isEqualTo("WEAK_PASSWORD");
    cloud.auth().resetPassword(request.setNewPassword("another horse 8").build());
    assertThat(reason(catchThrowable(() -> profile(session)))).isEqualTo("SESSION_REVOKED");
    assertThat(cloud.login(EMAIL, "another horse 8").getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void theSecondFactorIsAskedForAfterThePasswordAndMailAloneDoesNotOpenTheAccount() {
    Session session = cloud.login(EMAIL);
    update(session, "preferences.second_factor", true);
    sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN);
    assertThat(cloud.outbox.to(EMAIL).getLast().text()).doesNotContainPattern("\\b\\d{6}\\b");
    assertThat(reason(catchThrowable(() -> cloud.login(EMAIL))))
        .isEqualTo("SECOND_FACTOR_REQUIRED");
    VerifyOtpRequest request =
        VerifyOtpRequest.newBuilder()
            .setEmail(EMAIL)
            .setOtp(cloud.newestCode(EMAIL))
            .setPurpose(OtpPurpose.OTP_PURPOSE_LOGIN)
            .build();
    assertThat(cloud.auth().verifyOtp(request).getSession().getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aProfileChangeTouchesOnlyWhatTheMaskNames() {
    Session session = cloud.login(EMAIL);
    update(session, "preferences.second_factor", true);
    User renamed =
        cloud
            .users(session.getAccessToken())
            .updateProfile(UpdateProfileRequest.newBuilder().setName("Asha Rao").build())
            .getUser();
    assertThat(renamed.getName()).isEqualTo("Asha Rao");
    assertThat(renamed.getPreferences().getSecondFactor()).isTrue();
    User off = update(session, "preferences.second_factor", false);
    assertThat(off.getPreferences().getSecondFactor()).isFalse();
    assertThat(off.getPreferences().getEmailNotifications()).isTrue();
    assertThat(reason(catchThrowable(() -> update(session, "role", true))))
        .isEqualTo("INVALID_FIELD");
  }

  @Test
  void aCookieReadsAnywhereButChangesNothingFromAnotherSite() {
    Session session = cloud.login(EMAIL);
    String cookie = "a=b; cloudlet_access=" + session.getAccessToken();
    Metadata foreign = headers("cookie", cookie, "sec-fetch-site", "cross-site");
    assertThat(
            cloud
                .usersWith(foreign)
                .getProfile(GetProfileRequest.getDefaultInstance())
                .getUser()
                .getEmail())
        .isEqualTo(EMAIL);
    UpdateProfileRequest rename = UpdateProfileRequest.newBuilder().setName("Eve").build();
    assertThat(reason(catchThrowable(() -> cloud.usersWith(foreign).updateProfile(rename))))
        .isEqualTo("CROSS_SITE_REQUEST");
    Metadata own = headers("cookie", cookie, "sec-fetch-site", "same-origin");
    assertThat(cloud.usersWith(own).updateProfile(rename).getUser().getName()).isEqualTo("Eve");
  }

  @Test
  void aRefreshCookieRefreshesOnlyFromTheOwnSite() {
    String cookie = "cloudlet_refresh=" + cloud.login(EMAIL).getRefreshToken();
    RefreshSessionRequest request = RefreshSessionRequest.getDefaultInstance();
    assertThat(
            reason(
                catchThrowable(
                    () ->
                        cloud
                            .authWith(headers("cookie", cookie, "sec-fetch-site", "cross-site"))
                            .refreshSession(request))))
        .isEqualTo("CROSS_SITE_REQUEST");
    assertThat(
            cloud
                .authWith(headers("cookie", cookie, "x-cloudlet-request", "1"))
                .refreshSession(request)
                .getSession()
                .getId())
        .startsWith("ses_");
  }

  @Test
  void aStaleCookieDoesNotKeepAnybodyFromLoggingIn() {
    Session session = cloud.login(EMAIL);
    logout(cloud.auth(session.getAccessToken()), false);
    Metadata stale =
        headers(
            "cookie",
            "cloudlet_access=" + session.getAccessToken(),
            "sec-fetch-site",
            "same-origin");
    assertThat(
            cloud
                .authWith(stale)
                .login(
                    dev.cloudlet.api.identity.v1.LoginRequest.newBuilder()
                        .setEmail(EMAIL)
                        .setPassword(PASSWORD)
                        .build())
                .getSession()
                .getId())
        .startsWith("ses_");
  }

  @Test
  void aForgedTokenIsRefusedEvenWhereNoneIsNeeded() {
    String token = cloud.login(EMAIL).getAccessToken();
    String forged = token.substring(0, token.length() - 8) + "AAAAAAAA";
    assertThat(reason(catchThrowable(() -> logout(cloud.auth(forged), false))))
        .isEqualTo("UNAUTHENTICATED");
    assertThat(reason(catchThrowable(() -> logout(cloud.auth("nonsense"), false))))
        .isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void aNodeTokenIsANodeAndAServerTokenIsNeither() {
    IdentityApi api = cloud.module.api();
    IdentityAuthenticator authenticator = cloud.module.authenticator();
    Credentials node = bearer(api.signNodeToken("nod_1", Duration.ofHours(1)));
    assertThat(authenticator.authenticate(node, Access.ACCESS_NODE))
        .isEqualTo(new Principal.Node("nod_1"));
    assertThat(authenticator.authenticate(node, Access.ACCESS_USER))
        .isEqualTo(new Principal.Node("nod_1"));
    Credentials server = bearer(api.signServerToken("nod_1"));
    assertThat(catchThrowable(() -> authenticator.authenticate(server, Access.ACCESS_NODE)))
        .isNotNull();
    assertThat(
            reason(
                catchThrowable(
                    () ->
                        cloud
                            .users(api.signNodeToken("nod_1", Duration.ofHours(1)))
                            .getProfile(GetProfileRequest.getDefaultInstance()))))
        .isEqualTo("PERMISSION_DENIED");
  }

  @Test
  void theFirstAdministratorIsMadeOnce() {
    FirstAdministrator.Credentials made = cloud.module.firstAdministrator().ensure().orElseThrow();
    assertThat(made.toString()).contains("***").doesNotContain(made.password().reveal());
    assertThat(cloud.wire().firstAdministrator().ensure()).isEmpty();
    Session session = cloud.login(made.email(), made.password().reveal());
    assertThat(session.getUser().getRole()).isEqualTo(Role.ROLE_ADMINISTRATOR);
    assertThat(made.email()).isEqualTo("admin@cloudlet.local");
  }

  private static Credentials bearer(String token) {
    return new Credentials(
        Optional.of(Secret.of(token)),
        Optional.empty(),
        Optional.empty(),
        false,
        true,
        "192.0.2.1");
  }

  private User profile(Session session) {
    return cloud
        .users(session.getAccessToken())
        .getProfile(GetProfileRequest.getDefaultInstance())
        .getUser();
  }

  private Session refresh(String token) {
    return cloud
        .auth(token)
        .refreshSession(RefreshSessionRequest.getDefaultInstance())
        .getSession();
  }

  private static int logout(
      dev.cloudlet.api.identity.v1.AuthServiceGrpc.AuthServiceBlockingStub auth, boolean all) {
    return auth.logout(LogoutRequest.newBuilder().setAllSessions(all).build()).getEndedSessions();
  }

  private void changePassword(Session session, String current, String next) {
    cloud
        .auth(session.getAccessToken())
        .changePassword(
            ChangePasswordRequest.newBuilder()
                .setCurrentPassword(current)
                .setNewPassword(next)
                .build());
  }

  private void sendOtp(String email, OtpPurpose purpose) {
    cloud.auth().sendOtp(SendOtpRequest.newBuilder().setEmail(email).setPurpose(purpose).build());
  }

  private User update(Session session, String path, boolean on) {
    return cloud
        .users(session.getAccessToken())
        .updateProfile(
            UpdateProfileRequest.newBuilder()
                .setPreferences(Preferences.newBuilder().setSecondFactor(on))
                .setUpdateMask(com.google.protobuf.FieldMask.newBuilder().addPaths(path).build())
                .build())
        .getUser();
  }
}
