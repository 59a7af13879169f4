package dev.cloudlet.identity;

import static dev.cloudlet.identity.IdentityFixture.PASSWORD;
import static dev.cloudlet.identity.IdentityFixture.otherThan;
import static dev.cloudlet.identity.IdentityFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloudlet.api.identity.v1.CreateHandoffRequest;
import dev.cloudlet.api.identity.v1.CreateHandoffResponse;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.RedeemHandoffRequest;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.RegisterResponse;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyEmailResponse;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpResponse;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Registration, codes and handoffs over gRPC, through the real chain. */
class AuthServiceTest {
  private static final String EMAIL = "asha@example.com";

  private final IdentityFixture cloud = new IdentityFixture();

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aNewCustomerRegistersVerifiesLogsInAndReadsTheProfile() {
    RegisterResponse begun = cloud.register("Asha@Example.com");
    assertThat(begun.getRegistrationId()).startsWith("reg_");
    assertThat(begun.hasUser()).isFalse();

    User user = verify(begun.getRegistrationId(), cloud.newestCode(EMAIL)).getUser();
    assertThat(user.getId()).startsWith("usr_");
    assertThat(user.getEmail()).isEqualTo(EMAIL);
    assertThat(user.getRole()).isEqualTo(Role.ROLE_USER);

    Session session = cloud.login("ASHA@example.com");
    User profile =
        cloud
            .users(session.getAccessToken())
            .getProfile(GetProfileRequest.getDefaultInstance())
            .getUser();
    assertThat(profile).isEqualTo(user);
  }

  @Test
  void thereIsNoAccountBeforeTheAddressIsProved() {
    cloud.register(EMAIL);
    assertThat(reason(catchThrowable(() -> cloud.login(EMAIL)))).isEqualTo("BAD_CREDENTIALS");
  }

  @Test
  void addressAndCodeWithoutIdFindTheRegistrationOfThatCode() {
    cloud.register(EMAIL);
    String first = cloud.newestCode(EMAIL);
    cloud.register(EMAIL);
    VerifyEmailResponse verified =
        cloud
            .auth()
            .verifyEmail(
                VerifyEmailRequest.newBuilder().setEmail("ASHA@example.com").setOtp(first).build());
    assertThat(verified.getUser().getEmail()).isEqualTo(EMAIL);
  }

  @Test
  void theCodeOfOneRegistrationDoesNotOpenAnother() {
    RegisterResponse first = cloud.register(EMAIL);
    cloud.register(EMAIL);
    String second = cloud.newestCode(EMAIL);
    assertThat(reason(catchThrowable(() -> verify(first.getRegistrationId(), second))))
        .isEqualTo("OTP_INVALID");
  }

  @Test
  void aTakenAddressIsRefusedInAnyCase() {
    cloud.open(EMAIL);
    assertThat(reason(catchThrowable(() -> cloud.register("ASHA@EXAMPLE.COM"))))
        .isEqualTo("EMAIL_TAKEN");
  }

  @Test
  void ofTwoRegistrationsOfOneAddressOnlyTheFirstProvedBecomesAnAccount() {
    RegisterResponse first = cloud.register(EMAIL);
    String firstCode = cloud.newestCode(EMAIL);
    RegisterResponse second = cloud.register(EMAIL);
    String secondCode = cloud.newestCode(EMAIL);
    User user = verify(second.getRegistrationId(), secondCode).getUser();
    assertThat(reason(catchThrowable(() -> verify(first.getRegistrationId(), firstCode))))
        .isEqualTo("EMAIL_TAKEN");
    assertThat(cloud.login(EMAIL).getUser().getId()).isEqualTo(user.getId());
  }

  @Test
  void twoVerificationsAtOnceMakeOneAccount() throws Exception {
    RegisterResponse begun = cloud.register(EMAIL);
    String code = cloud.newestCode(EMAIL);
    List<String> opened = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<VerifyEmailResponse> verify = () -> verify(begun.getRegistrationId(), code);
      for (Future<VerifyEmailResponse> racer : pool.invokeAll(List.of(verify, verify))) {
        try {
          opened.add(racer.get().getUser().getId());
        } catch (ExecutionException e) {
          refused.add(reason(e.getCause()));
        }
      }
    }
    assertThat(opened).hasSize(1);
    assertThat(refused).containsExactly("OTP_INVALID");
  }

  @Test
  void aCodeAllowsFiveTries() {
    RegisterResponse begun = cloud.register(EMAIL);
    String code = cloud.newestCode(EMAIL);
    for (int left = 4; left >= 0; left--) {
      Throwable refused = catchThrowable(() -> verify(begun.getRegistrationId(), otherThan(code)));
      assertThat(reason(refused)).isEqualTo("OTP_INVALID");
      assertThat(
              IdentityFixture.info((StatusRuntimeException) refused)
                  .getMetadataOrThrow("tries_left"))
          .isEqualTo(Integer.toString(left));
    }
    assertThat(reason(catchThrowable(() -> verify(begun.getRegistrationId(), code))))
        .isEqualTo("OTP_EXHAUSTED");
  }

  @Test
  void aCodeIsGoodForTenMinutes() {
    RegisterResponse begun = cloud.register(EMAIL);
    String code = cloud.newestCode(EMAIL);
    cloud.clock.advance(Duration.ofMinutes(10));
    assertThat(reason(catchThrowable(() -> verify(begun.getRegistrationId(), code))))
        .isEqualTo("OTP_INVALID");
  }

  @Test
  void aFourthMailInAQuarterOfAnHourIsRefusedWithTheTimeToWait() {
    cloud.register(EMAIL);
    cloud.register(EMAIL);
    cloud.register(EMAIL);
    assertThat(reason(catchThrowable(() -> cloud.register(EMAIL)))).isEqualTo("RATE_LIMITED");
    assertThat(cloud.outbox.to(EMAIL)).hasSize(3);
    cloud.clock.advance(Duration.ofMinutes(15));
    assertThat(cloud.register(EMAIL).getRegistrationId()).startsWith("reg_");
  }

  @Test
  void sendOtpAnswersTheSameForAnUnknownAddressAndMailsNothing() {
    cloud.open(EMAIL);
    var known = sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN);
    var unknown = sendOtp("nobody@example.com", OtpPurpose.OTP_PURPOSE_LOGIN);
    assertThat(unknown).isEqualTo(known);
    assertThat(cloud.outbox.to("nobody@example.com")).isEmpty();
    for (int i = 0; i < 2; i++) {
      sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN);
      sendOtp("nobody@example.com", OtpPurpose.OTP_PURPOSE_LOGIN);
    }
    assertThat(
            List.of(
                reason(catchThrowable(() -> sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN))),
                reason(
                    catchThrowable(
                        () -> sendOtp("nobody@example.com", OtpPurpose.OTP_PURPOSE_LOGIN)))))
        .containsExactly("RATE_LIMITED", "RATE_LIMITED");
  }

  @Test
  void aMailedCodeLogsIn() {
    User user = cloud.open(EMAIL);
    sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_UNSPECIFIED);
    VerifyOtpResponse verified =
        verifyOtp(EMAIL, cloud.newestCode(EMAIL), OtpPurpose.OTP_PURPOSE_LOGIN);
    assertThat(verified.getSession().getUser()).isEqualTo(user);
    assertThat(verified.getVerificationToken()).isEmpty();
  }

  @Test
  void aCodeServesOnce() {
    cloud.open(EMAIL);
    sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN);
    String code = cloud.newestCode(EMAIL);
    verifyOtp(EMAIL, code, OtpPurpose.OTP_PURPOSE_LOGIN);
    assertThat(reason(catchThrowable(() -> verifyOtp(EMAIL, code, OtpPurpose.OTP_PURPOSE_LOGIN))))
        .isEqualTo("OTP_INVALID");
  }

  @Test
  void aCodeOfOnePurposeIsNotGoodForAnother() {
    cloud.open(EMAIL);
    sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_VERIFICATION);
    String code = cloud.newestCode(EMAIL);
    assertThat(reason(catchThrowable(() -> verifyOtp(EMAIL, code, OtpPurpose.OTP_PURPOSE_LOGIN))))
        .isEqualTo("OTP_INVALID");
    sendOtp(EMAIL, OtpPurpose.OTP_PURPOSE_LOGIN);
    assertThat(reason(catchThrowable(() -> verifyOtp(EMAIL, code, OtpPurpose.OTP_PURPOSE_LOGIN))))
        .isEqualTo("OTP_INVALID");
  }

  @Test
  void aProvedAddressOpensItsAccountAtOnceAndTheTokenServesOnce() {
    String token = verificationToken("new@example.com");
    assertThat(reason(catchThrowable(() -> registerWith("other@example.com", token))))
        .isEqualTo("VERIFICATION_INVALID");
    RegisterResponse opened = registerWith("new@example.com", token);
    assertThat(opened.getUser().getEmail()).isEqualTo("new@example.com");
    assertThat(opened.getRegistrationId()).isEmpty();
    assertThat(cloud.login("new@example.com").getUser()).isEqualTo(opened.getUser());
  }

  @Test
  void aVerificationTokenEndsAfterAnHour() {
    String token = verificationToken("new@example.com");
    cloud.clock.advance(Duration.ofHours(1));
    assertThat(reason(catchThrowable(() -> registerWith("new@example.com", token))))
        .isEqualTo("VERIFICATION_INVALID");
  }

  @Test
  void aMadeUpVerificationTokenIsRefused() {
    String token = verificationToken("new@example.com");
    String forged = "vft_00000000000000000000000000" + token.substring(token.indexOf('.'));
    assertThat(reason(catchThrowable(() -> registerWith("new@example.com", forged))))
        .isEqualTo("VERIFICATION_INVALID");
  }

  @Test
  void aHandoffTellsAnotherSiteOnceWhoTheCallerIs() {
    User user = cloud.open(EMAIL);
    Session session = cloud.login(EMAIL);
    CreateHandoffResponse handoff = handoff(session, "https://partner.example/welcome/back?x=1");
    assertThat(handoff.getPostUrl()).isEqualTo("https://partner.example/welcome/back?x=1");
    assertThat(redeem(handoff.getHandoffId())).isEqualTo(user);
    assertThat(reason(catchThrowable(() -> redeem(handoff.getHandoffId()))))
        .isEqualTo("VERIFICATION_INVALID");
  }

  @Test
  void aHandoffEndsAfterFiveMinutes() {
    cloud.open(EMAIL);
    CreateHandoffResponse handoff = handoff(cloud.login(EMAIL), "https://cloud.example/");
    cloud.clock.advance(Duration.ofMinutes(5));
    assertThat(reason(catchThrowable(() -> redeem(handoff.getHandoffId()))))
        .isEqualTo("VERIFICATION_INVALID");
  }

  @Test
  void aHandoffGoesOnlyToListedAddresses() {
    cloud.open(EMAIL);
    Session session = cloud.login(EMAIL);
    for (String elsewhere :
        List.of(
            "https://evil.example/welcome",
            "http://partner.example/welcome",
            "https://partner.example:444/welcome",
            "https://partner.example/welcomed",
            "https://partner.example/welcome/../admin",
            "https://partner.example/welcome/%2e%2e/admin",
            "https://partner.example@evil.example/welcome",
            "https://partner.example.evil.example/welcome")) {
      assertThat(reason(catchThrowable(() -> handoff(session, elsewhere))))
          .as(elsewhere)
          .isEqualTo("REDIRECT_NOT_ALLOWED");
    }
  }

  @Test
  void theSameRequestIdGivesTheSameRegistrationAndOneMail() {
    RegisterRequest request =
        RegisterRequest.newBuilder()
            .setEmail(EMAIL)
            .setPassword(PASSWORD)
            .setName("Asha")
            .setRequestId("r-1")
            .build();
    assertThat(cloud.auth().register(request)).isEqualTo(cloud.auth().register(request));
    assertThat(cloud.outbox.to(EMAIL)).hasSize(1);
  }

  private VerifyEmailResponse verify(String registrationId, String code) {
    return cloud
        .auth()
        .verifyEmail(
            VerifyEmailRequest.newBuilder().setRegistrationId(registrationId).setOtp(code).build());
  }

  private dev.cloudlet.api.identity.v1.SendOtpResponse sendOtp(String email, OtpPurpose purpose) {
    return cloud
        .auth()
        .sendOtp(SendOtpRequest.newBuilder().setEmail(email).setPurpose(purpose).build());
  }

  private VerifyOtpResponse verifyOtp(String email, String code, OtpPurpose purpose) {
    return cloud
        .auth()
        .verifyOtp(
            VerifyOtpRequest.newBuilder().setEmail(email).setOtp(code).setPurpose(purpose).build());
  }

  private String verificationToken(String email) {
    sendOtp(email, OtpPurpose.OTP_PURPOSE_VERIFICATION);
    return verifyOtp(email, cloud.newestCode(email), OtpPurpose.OTP_PURPOSE_VERIFICATION)
        .getVerificationToken();
  }

  private RegisterResponse registerWith(String email, String token) {
    return cloud
        .auth()
        .register(
            RegisterRequest.newBuilder()
                .setEmail(email)
                .setPassword(PASSWORD)
                .setName("New")
                .setVerificationToken(token)
                .build());
  }

  private CreateHandoffResponse handoff(Session session, String url) {
    return cloud
        .auth(session.getAccessToken())
        .createHandoff(CreateHandoffRequest.newBuilder().setRedirectUrl(url).build());
  }

  private User redeem(String handle) {
    return cloud
        .auth()
        .redeemHandoff(RedeemHandoffRequest.newBuilder().setHandoffId(handle).build())
        .getUser();
  }
}
