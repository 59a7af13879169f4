package dev.cloudlet.sdk.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.FieldMask;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.CreateHandoffRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.RedeemHandoffRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.CloudletException;
import dev.cloudlet.sdk.Coins;
import dev.cloudlet.sdk.SessionTokens;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FakeIdentityTest {
  private static final String ADA = "ada@example.com";
  private static final Duration SOON = Duration.ofSeconds(1);

  private final FakeCloudlet fake = FakeCloudlet.start();
  private final Cloudlet ada = fake.signedIn(ADA, Coins.of(10));
  private final Cloudlet stranger = fake.client();

  @AfterEach
  void close() {
    stranger.close();
    ada.close();
    fake.close();
  }

  @Test
  void aMailedCodeLogsInOnce() throws Exception {
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN);
    String code = code();

    assertThat(stranger.auth().loginWithCode("Ada@Example.com", code).getEmail()).isEqualTo(ADA);

    assertReason("OTP_INVALID", () -> stranger.auth().loginWithCode(ADA, code));
  }

  @Test
  void aCodeEndsAfterTenMinutes() throws Exception {
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN);
    fake.clock().advance(Duration.ofMinutes(10));

    assertReason("OTP_INVALID", () -> stranger.auth().loginWithCode(ADA, code()));
  }

  @Test
  void aCodeIsGoodForOnePurpose() throws Exception {
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN);

    assertReason(
        "OTP_INVALID", () -> stranger.auth().resetPassword(ADA, code(), "a brand new one"));
  }

  @Test
  void aCodeAllowsFiveTries() throws Exception {
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN);
    for (int left = 4; left >= 0; left--) {
      String expected = Integer.toString(left);
      assertThatThrownBy(() -> stranger.auth().loginWithCode(ADA, "999999"))
          .isInstanceOfSatisfying(
              CloudletException.class,
              wrong -> assertThat(wrong.metadata()).containsEntry("tries_left", expected));
    }

    assertReason("OTP_EXHAUSTED", () -> stranger.auth().loginWithCode(ADA, code()));
  }

  @Test
  void threeCodesAreSentInAQuarterOfAnHour() {
    for (int i = 0; i < 3; i++) {
      stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN);
    }
    assertReason("RATE_LIMITED", () -> stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN));

    fake.clock().advance(Duration.ofMinutes(15));
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_LOGIN);
  }

  @Test
  void anUnknownAddressIsAnsweredTheSameAndGetsNoMail() throws Exception {
    stranger.auth().sendCode("nobody@example.com", OtpPurpose.OTP_PURPOSE_LOGIN);

    assertThat(stranger.inbox().messages("nobody@example.com")).isEmpty();
  }

  @Test
  void aResetPasswordEndsEverySession() throws Exception {
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_PASSWORD_RESET);
    assertReason("WEAK_PASSWORD", () -> stranger.auth().resetPassword(ADA, code(), "12345678"));

    stranger.auth().resetPassword(ADA, code(), "a brand new one");

    assertReason("SESSION_REVOKED", () -> ada.wallet().balance());
    assertThat(stranger.login(ADA, "a brand new one").getEmail()).isEqualTo(ADA);
  }

  @Test
  void aChangedPasswordEndsTheOtherSessions() {
    stranger.login(ADA, "correct horse battery");

    assertReason(
        "BAD_CREDENTIALS", () -> ada.auth().changePassword("not the one", "a brand new one"));
    ada.auth().changePassword("correct horse battery", "a brand new one");

    assertThat(ada.wallet().balance().available()).isEqualTo(Coins.of(10));
    assertReason("SESSION_REVOKED", () -> stranger.wallet().balance());
  }

  @Test
  void aVerificationTokenIsOfOneKind() throws Exception {
    stranger.auth().sendCode(ADA, OtpPurpose.OTP_PURPOSE_ACCOUNT_DELETION);
    String token =
        stranger
            .call(
                AuthServiceGrpc.getVerifyOtpMethod(),
                VerifyOtpRequest.newBuilder()
                    .setEmail(ADA)
                    .setOtp(code())
                    .setPurpose(OtpPurpose.OTP_PURPOSE_ACCOUNT_DELETION)
                    .build())
            .getVerificationToken();

    assertThat(token).isNotEmpty();
    assertReason(
        "VERIFICATION_INVALID",
        () ->
            ada.call(
                AuthServiceGrpc.getRedeemHandoffMethod(),
                RedeemHandoffRequest.newBuilder().setHandoffId(token).build()));
  }

  @Test
  void aSecondFactorIsAskedForAfterThePassword() throws Exception {
    ada.auth()
        .updateProfile(
            UpdateProfileRequest.newBuilder()
                .setPreferences(Preferences.newBuilder().setSecondFactor(true))
                .build());

    assertReason("SECOND_FACTOR_REQUIRED", () -> stranger.login(ADA, "correct horse battery"));

    assertThat(stranger.auth().loginWithCode(ADA, code()).getName()).isEqualTo("Test");
  }

  @Test
  void onlyTheMaskSwitchesAPreferenceOff() {
    Preferences on = Preferences.newBuilder().setEmailNotifications(true).build();
    ada.auth().updateProfile(UpdateProfileRequest.newBuilder().setPreferences(on).build());
    ada.auth().updateProfile(UpdateProfileRequest.newBuilder().setName("Ada L.").build());
    assertThat(ada.auth().profile().getPreferences()).isEqualTo(on);

    UpdateProfileRequest off =
        UpdateProfileRequest.newBuilder()
            .setUpdateMask(FieldMask.newBuilder().addPaths("preferences.email_notifications"))
            .build();

    assertThat(ada.auth().updateProfile(off).getPreferences().getEmailNotifications()).isFalse();
    assertThat(ada.auth().profile().getName()).isEqualTo("Ada L.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"role", "email", "preferences.moon"})
  void aPathThatCantBeChangedIsRefused(String path) {
    UpdateProfileRequest request =
        UpdateProfileRequest.newBuilder()
            .setUpdateMask(FieldMask.newBuilder().addPaths(path))
            .build();

    assertReason("INVALID_FIELD", () -> ada.auth().updateProfile(request));
  }

  @Test
  void aRefreshTokenThatIsUsedTwiceEndsItsSession() {
    SessionTokens before = ada.session().orElseThrow();
    fake.expireAccessTokens();
    assertThat(ada.wallet().balance().available()).isEqualTo(Coins.of(10));

    assertReason("SESSION_REVOKED", () -> refresh(before.refreshToken()));
    assertReason("SESSION_REVOKED", () -> ada.wallet().balance());
    assertReason("UNAUTHENTICATED", () -> refresh("no such token"));
  }

  @Test
  void aHandoffIsGoodForFiveMinutesAndOnce() {
    assertReason("REDIRECT_NOT_ALLOWED", () -> handoff("https://elsewhere.example/"));
    String url = ada.payments().createOrder(Coins.of(1)).getCheckoutUrl();

    String late = handoff(url);
    fake.clock().advance(Duration.ofMinutes(5));
    assertReason("VERIFICATION_INVALID", () -> redeem(late));

    String handle = handoff(url);
    assertThat(redeem(handle)).isEqualTo(ADA);
    assertReason("VERIFICATION_INVALID", () -> redeem(handle));
  }

  @Test
  void whatOnlyAnAdministratorMayDoIsRefused() {
    assertReason(
        "PERMISSION_DENIED",
        () ->
            ada.call(
                dev.cloudlet.api.dev.v1.ClockServiceGrpc.getAdvanceTimeMethod(),
                dev.cloudlet.api.dev.v1.AdvanceTimeRequest.getDefaultInstance()));
  }

  private String handoff(String url) {
    return ada.call(
            AuthServiceGrpc.getCreateHandoffMethod(),
            CreateHandoffRequest.newBuilder().setRedirectUrl(url).build())
        .getHandoffId();
  }

  private String redeem(String handle) {
    return stranger
        .call(
            AuthServiceGrpc.getRedeemHandoffMethod(),
            RedeemHandoffRequest.newBuilder().setHandoffId(handle).build())
        .getUser()
        .getEmail();
  }

  private void refresh(String token) {
    stranger
        .withToken(token)
        .call(
            AuthServiceGrpc.getRefreshSessionMethod(), RefreshSessionRequest.getDefaultInstance());
  }

  private String code() throws InterruptedException {
    return stranger.inbox().awaitCode(ADA, SOON).orElseThrow();
  }

  private static void assertReason(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CloudletException.class,
            failure ->
                assertThat(failure.reason())
                    .isEqualTo(ErrorReason.valueOf("ERROR_REASON_" + reason)));
  }
}
