package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.LoginResponse;
import dev.cloudlet.api.identity.v1.LogoutResponse;
import dev.cloudlet.api.identity.v1.RefreshSessionResponse;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.RegisterResponse;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyEmailResponse;
import dev.cloudlet.sdk.internal.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens accounts and sessions. Guarded by the monitor of {@link FakeWorld}. */
final class FakeIdentity {
  private final FakeWorld world;
  private final FakeSessions sessions;
  private final FakeProofs proofs;
  private final Map<String, FakeAccount> registrations = new HashMap<>();

  FakeIdentity(FakeWorld world, FakeSessions sessions, FakeProofs proofs) {
    this.world = world;
    this.sessions = sessions;
    this.proofs = proofs;
  }

  List<FakeMethod<?, ?>> methods() {
    return List.of(
        new FakeMethod<>(AuthServiceGrpc.getRegisterMethod(), (call, q) -> register(q)),
        new FakeMethod<>(AuthServiceGrpc.getVerifyEmailMethod(), (call, q) -> verifyEmail(q)),
        new FakeMethod<>(AuthServiceGrpc.getLoginMethod(), (call, q) -> login(q)),
        new FakeMethod<>(
            AuthServiceGrpc.getRefreshSessionMethod(),
            (call, q) ->
                RefreshSessionResponse.newBuilder()
                    .setSession(sessions.refresh(call.bearer()))
                    .build()),
        new FakeMethod<>(
            AuthServiceGrpc.getLogoutMethod(),
            (call, q) ->
                LogoutResponse.newBuilder()
                    .setEndedSessions(sessions.logout(call, q.getAllSessions()))
                    .build()));
  }

  /** Opens an account without mail and code. */
  FakeAccount open(String email, String password, Role role) {
    FakeAccount account =
        new FakeAccount(world.newId("usr"), FakeWorld.address(email), password, "Test");
    account.role = role;
    return open(account);
  }

  private FakeAccount open(FakeAccount account) {
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
    String email = FakeWorld.address(q.getEmail());
    FakeProofs.requireStrong(q.getPassword(), email);
    requireFree(email);
    FakeAccount account = new FakeAccount(world.newId("usr"), email, q.getPassword(), q.getName());
    if (!q.getVerificationToken().isEmpty()) {
      proofs.use(q.getVerificationToken(), FakeProofs.Kind.VERIFICATION, email);
      return RegisterResponse.newBuilder().setUser(open(account).user()).build();
    }
    FakeCodes.Code code =
        proofs.mailCode(FakeCodes.Purpose.REGISTRATION, email, world.newId("reg"));
    registrations.put(code.id(), account);
    return RegisterResponse.newBuilder()
        .setRegistrationId(code.id())
        .setExpireTime(Times.message(code.end()))
        .build();
  }

  private VerifyEmailResponse verifyEmail(VerifyEmailRequest q) {
    Optional<String> id =
        q.getRegistrationId().isEmpty() ? Optional.empty() : Optional.of(q.getRegistrationId());
    Optional<FakeAccount> named = id.map(registrations::get);
    if (id.isPresent() && named.isEmpty()) {
      throw FakeCodes.invalid();
    }
    String email = named.map(account -> account.email).orElse(FakeWorld.address(q.getEmail()));
    String proved = proofs.useCode(FakeCodes.Purpose.REGISTRATION, email, id, q.getOtp());
    FakeAccount account =
        Optional.ofNullable(registrations.remove(proved)).orElseThrow(FakeCodes::invalid);
    return VerifyEmailResponse.newBuilder().setUser(open(account).user()).build();
  }

  private LoginResponse login(LoginRequest q) {
    FakeAccount account = world.accountsByEmail.get(FakeWorld.address(q.getEmail()));
    if (account == null || !account.password.equals(q.getPassword())) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_BAD_CREDENTIALS, "Address and password do not belong together.");
    }
    if (account.preferences.getSecondFactor()) {
      proofs.mailSecondFactor(account);
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_SECOND_FACTOR_REQUIRED,
          "A code was mailed to you. Send it with VerifyOtp, purpose LOGIN.");
    }
    return LoginResponse.newBuilder().setSession(sessions.open(account)).build();
  }
}
