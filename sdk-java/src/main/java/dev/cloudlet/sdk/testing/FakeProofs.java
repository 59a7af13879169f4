package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.ChangePasswordResponse;
import dev.cloudlet.api.identity.v1.CreateHandoffRequest;
import dev.cloudlet.api.identity.v1.CreateHandoffResponse;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.RedeemHandoffRequest;
import dev.cloudlet.api.identity.v1.RedeemHandoffResponse;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.identity.v1.ResetPasswordResponse;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.SendOtpResponse;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpResponse;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Mailed codes, the one-time tokens that they give, handoffs and new passwords. Guarded by the
 * monitor of {@link FakeWorld}.
 */
final class FakeProofs {
  private static final Duration TOKEN_LIFE = Duration.ofHours(1);
  private static final Duration HANDOFF_LIFE = Duration.ofMinutes(5);
  private static final int SHORTEST = 8;
  private static final int LONGEST = 128;

  /** A few of those that a server knows. */
  private static final Set<String> WELL_KNOWN =
      Set.of("password", "password1", "12345678", "123456789", "qwertyuiop", "iloveyou");

  private final FakeWorld world;
  private final FakeWeb web;
  private final FakeSessions sessions;
  private final FakeInbox inbox;
  private final FakeCodes codes;
  private final Map<String, Grant> grants = new HashMap<>();

  FakeProofs(FakeWorld world, FakeWeb web, FakeSessions sessions, FakeInbox inbox) {
    this.world = world;
    this.web = web;
    this.sessions = sessions;
    this.inbox = inbox;
    this.codes = new FakeCodes(world);
  }

  /** What a one-time token stands for. */
  enum Kind {
    VERIFICATION,
    PASSWORD_RESET,
    ACCOUNT_DELETION,
    HANDOFF
  }

  private record Grant(Kind kind, String email, Instant end) {}

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(AuthServiceGrpc.getSendOtpMethod(), (call, q) -> sendOtp(q)),
        new FakeMethod<>(AuthServiceGrpc.getVerifyOtpMethod(), (call, q) -> verifyOtp(q)),
        new FakeMethod<>(AuthServiceGrpc.getChangePasswordMethod(), this::changePassword),
        new FakeMethod<>(AuthServiceGrpc.getResetPasswordMethod(), (call, q) -> resetPassword(q)),
        new FakeMethod<>(AuthServiceGrpc.getCreateHandoffMethod(), this::createHandoff),
        new FakeMethod<>(AuthServiceGrpc.getRedeemHandoffMethod(), (call, q) -> redeemHandoff(q)));
  }

  static void requireStrong(String password, String email) {
    String lower = password.toLowerCase(Locale.ROOT);
    boolean address = lower.equals(email) || lower.equals(email.replaceFirst("@.*", ""));
    boolean guessed = WELL_KNOWN.contains(lower) || lower.chars().distinct().count() < 2;
    if (lower.length() < SHORTEST || lower.length() > LONGEST || address || guessed) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_WEAK_PASSWORD,
          "A password has 8 to 128 characters, is not the address and not a well-known one.");
    }
  }

  FakeCodes.Code mailCode(FakeCodes.Purpose purpose, String email, String id) {
    FakeCodes.Code code = codes.issue(purpose, email, id);
    mail(purpose, email, code);
    return code;
  }

  private void mail(FakeCodes.Purpose purpose, String email, FakeCodes.Code code) {
    inbox.send(
        email,
        "Your Cloudlet code for " + purpose.meaning(),
        "Your code is " + code.digits() + "\n\nIt is good for ten minutes.\n");
  }

  /** A code that was mailed minutes ago still serves where no more may be sent. */
  void mailSecondFactor(FakeAccount account) {
    FakeCodes.Purpose purpose = FakeCodes.Purpose.SECOND_FACTOR;
    try {
      mailCode(purpose, account.email, world.newId("otp"));
    } catch (FakeRefusal refused) {
      if (!codes.waiting(purpose, account.email)) {
        throw refused;
      }
    }
  }

  String useCode(FakeCodes.Purpose purpose, String email, Optional<String> id, String digits) {
    return codes.use(purpose, email, id, digits);
  }

  /** Uses a one-time token up. */
  void use(String token, Kind kind, String email) {
    use(token, Set.of(kind), Optional.of(email));
  }

  private Grant use(String token, Set<Kind> kinds, Optional<String> email) {
    Grant grant = grants.get(token);
    if (grant == null
        || !kinds.contains(grant.kind())
        || !world.clock.now().isBefore(grant.end())
        || email.filter(given -> !given.equals(grant.email())).isPresent()) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_VERIFICATION_INVALID,
          "The token is not valid for this, was used, or is too old.");
    }
    grants.remove(token);
    return grant;
  }

  private String give(String prefix, Kind kind, String email, Duration life) {
    String token = world.newId(prefix);
    grants.put(token, new Grant(kind, email, world.clock.now().plus(life)));
    return token;
  }

  private SendOtpResponse sendOtp(SendOtpRequest q) {
    String email = FakeWorld.address(q.getEmail());
    FakeCodes.Purpose purpose = purpose(q.getPurpose());
    Optional<FakeAccount> account = Optional.ofNullable(world.accountsByEmail.get(email));
    FakeCodes.Code code = codes.issue(purpose, email, world.newId("otp"));
    boolean second = account.filter(found -> found.preferences.getSecondFactor()).isPresent();
    if (purpose == FakeCodes.Purpose.LOGIN && second) {
      inbox.send(email, "Logging in to Cloudlet", "Log in with address and password first.");
    } else if (purpose == FakeCodes.Purpose.VERIFICATION || account.isPresent()) {
      mail(purpose, email, code);
    }
    return SendOtpResponse.newBuilder().setExpireTime(Times.message(code.end())).build();
  }

  private VerifyOtpResponse verifyOtp(VerifyOtpRequest q) {
    String email = FakeWorld.address(q.getEmail());
    FakeCodes.Purpose purpose = purpose(q.getPurpose());
    if (purpose == FakeCodes.Purpose.LOGIN) {
      Optional<FakeAccount> account = Optional.ofNullable(world.accountsByEmail.get(email));
      boolean second = account.filter(found -> found.preferences.getSecondFactor()).isPresent();
      useCode(
          second ? FakeCodes.Purpose.SECOND_FACTOR : purpose, email, Optional.empty(), q.getOtp());
      return VerifyOtpResponse.newBuilder()
          .setSession(sessions.open(account.orElseThrow(FakeCodes::invalid)))
          .build();
    }
    useCode(purpose, email, Optional.empty(), q.getOtp());
    return VerifyOtpResponse.newBuilder()
        .setVerificationToken(give("vft", Kind.valueOf(purpose.name()), email, TOKEN_LIFE))
        .build();
  }

  private ChangePasswordResponse changePassword(FakeCall call, ChangePasswordRequest q) {
    FakeAccount account = call.caller();
    requireStrong(q.getNewPassword(), account.email);
    if (!q.getCurrentPassword().isEmpty()) {
      if (!account.password.equals(q.getCurrentPassword())) {
        throw new FakeRefusal(
            ErrorReason.ERROR_REASON_BAD_CREDENTIALS, "This is not the password so far.");
      }
    } else {
      Set<Kind> kinds = Set.of(Kind.VERIFICATION, Kind.PASSWORD_RESET);
      account = owner(use(q.getVerificationToken(), kinds, Optional.of(account.email)));
    }
    setPassword(account, q.getNewPassword(), call.login());
    return ChangePasswordResponse.getDefaultInstance();
  }

  private ResetPasswordResponse resetPassword(ResetPasswordRequest q) {
    String email = FakeWorld.address(q.getEmail());
    requireStrong(q.getNewPassword(), email);
    useCode(FakeCodes.Purpose.PASSWORD_RESET, email, Optional.empty(), q.getOtp());
    FakeAccount account =
        Optional.ofNullable(world.accountsByEmail.get(email)).orElseThrow(FakeCodes::invalid);
    setPassword(account, q.getNewPassword(), Optional.empty());
    return ResetPasswordResponse.getDefaultInstance();
  }

  private void setPassword(
      FakeAccount account, String password, Optional<FakeSessions.Login> caller) {
    account.password = password;
    int ended = sessions.endOthers(account, caller);
    inbox.send(
        account.email,
        "Your Cloudlet password was changed",
        "The password was changed and " + ended + " other sessions were ended.");
  }

  private CreateHandoffResponse createHandoff(FakeCall call, CreateHandoffRequest q) {
    FakeAccount account = call.caller();
    if (!q.getRedirectUrl().startsWith(web.address() + "/")) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_REDIRECT_NOT_ALLOWED,
          "Only addresses below " + web.address() + "/ are listed.");
    }
    return CreateHandoffResponse.newBuilder()
        .setHandoffId(give("hnd", Kind.HANDOFF, account.email, HANDOFF_LIFE))
        .setPostUrl(q.getRedirectUrl())
        .setExpireTime(world.in(HANDOFF_LIFE))
        .build();
  }

  private RedeemHandoffResponse redeemHandoff(RedeemHandoffRequest q) {
    Grant grant = use(q.getHandoffId(), Set.of(Kind.HANDOFF), Optional.empty());
    return RedeemHandoffResponse.newBuilder().setUser(owner(grant).user()).build();
  }

  private FakeAccount owner(Grant grant) {
    return Optional.ofNullable(world.accountsByEmail.get(grant.email())).orElseThrow();
  }

  private static FakeCodes.Purpose purpose(OtpPurpose purpose) {
    return switch (purpose) {
      case OTP_PURPOSE_VERIFICATION -> FakeCodes.Purpose.VERIFICATION;
      case OTP_PURPOSE_PASSWORD_RESET -> FakeCodes.Purpose.PASSWORD_RESET;
      case OTP_PURPOSE_ACCOUNT_DELETION -> FakeCodes.Purpose.ACCOUNT_DELETION;
      case OTP_PURPOSE_LOGIN, OTP_PURPOSE_UNSPECIFIED, UNRECOGNIZED -> FakeCodes.Purpose.LOGIN;
    };
  }
}
