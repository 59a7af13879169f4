package dev.cloudlet.identity;

import static dev.cloudlet.identity.IdentityFixture.PASSWORD;
import static dev.cloudlet.identity.IdentityFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.kernel.id.AccountId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What its owner changes in an account: the password, the second factor, the profile. */
class AccountChangeTest {
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
  void aNewPasswordEndsTheOtherSessionsAtOnce() {
    Session here = cloud.login(EMAIL);
    Session there = cloud.login(EMAIL);
    calls.profile(there);
    calls.changePassword(here, PASSWORD, "another horse 8");
    assertThat(reason(catchThrowable(() -> calls.profile(there)))).isEqualTo("SESSION_REVOKED");
    assertThat(reason(catchThrowable(() -> calls.refresh(there.getRefreshToken()))))
        .isEqualTo("SESSION_REVOKED");
    assertThat(calls.profile(here).getEmail()).isEqualTo(EMAIL);
    assertThat(calls.refresh(here.getRefreshToken()).getId()).isEqualTo(here.getId());
    assertThat(reason(catchThrowable(() -> cloud.login(EMAIL)))).isEqualTo("BAD_CREDENTIALS");
    assertThat(cloud.login(EMAIL, "another horse 8").getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aNewPasswordNeedsTheOldOne() {
    Session session = cloud.login(EMAIL);
    assertThat(
            reason(
                catchThrowable(
                    () -> calls.changePassword(session, "wrong one", "another horse 8"))))
        .isEqualTo("BAD_CREDENTIALS");
    assertThat(cloud.login(EMAIL).getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void aTokenForAnotherAddressDoesNotChangeThePassword() {
    cloud.open("ravi@example.com");
    Session asha = cloud.login(EMAIL);
    calls.sendOtp("ravi@example.com", OtpPurpose.OTP_PURPOSE_PASSWORD_RESET);
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
    calls.sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_PASSWORD_RESET);
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
    assertThat(reason(catchThrowable(() -> calls.profile(session)))).isEqualTo("SESSION_REVOKED");
    assertThat(cloud.login(EMAIL, "another horse 8").getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void theSecondFactorIsAskedForAfterThePasswordAndMailAloneDoesNotOpenTheAccount() {
    Session session = cloud.login(EMAIL);
    calls.update(session, "preferences.second_factor", true);
    calls.sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN);
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
    calls.update(session, "preferences.second_factor", true);
    User renamed =
        cloud
            .users(session.getAccessToken())
            .updateProfile(UpdateProfileRequest.newBuilder().setName("Asha Rao").build())
            .getUser();
    assertThat(renamed.getName()).isEqualTo("Asha Rao");
    assertThat(renamed.getPreferences().getSecondFactor()).isTrue();
    User off = calls.update(session, "preferences.second_factor", false);
    assertThat(off.getPreferences().getSecondFactor()).isFalse();
    assertThat(off.getPreferences().getEmailNotifications()).isTrue();
    assertThat(reason(catchThrowable(() -> calls.update(session, "role", true))))
        .isEqualTo("INVALID_FIELD");
  }

  @Test
  void whoSwitchesNotificationsOffIsWrittenNothingAboutFinishedWork() {
    Session session = cloud.login(EMAIL);
    AccountId account = new AccountId(session.getUser().getId());
    assertThat(cloud.module.api().notificationAddress(account)).contains(EMAIL);

    calls.update(session, "preferences.email_notifications", false);

    assertThat(cloud.module.api().notificationAddress(account)).isEmpty();
    assertThat(cloud.module.api().find(account).map(IdentityApi.AccountFacts::email))
        .contains(EMAIL);
    assertThat(cloud.module.api().notificationAddress(new AccountId("usr_nobody"))).isEmpty();
  }
}
