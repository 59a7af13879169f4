package dev.cloudlet.identity;

import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.ChangePasswordResponse;
import dev.cloudlet.api.identity.v1.CreateHandoffRequest;
import dev.cloudlet.api.identity.v1.CreateHandoffResponse;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.LoginResponse;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.LogoutResponse;
import dev.cloudlet.api.identity.v1.RedeemHandoffRequest;
import dev.cloudlet.api.identity.v1.RedeemHandoffResponse;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionResponse;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.RegisterResponse;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.identity.v1.ResetPasswordResponse;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.SendOtpResponse;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyEmailResponse;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpResponse;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** The endpoint of {@code cloudlet.identity.v1.AuthService}. */
final class AuthService extends AuthServiceGrpc.AuthServiceImplBase {
  private final Registrations registrations;
  private final Logins logins;
  private final PasswordChanges passwordChanges;
  private final Sessions sessions;
  private final Handoffs handoffs;
  private final AccessTokens tokens;

  AuthService(
      Registrations registrations,
      Logins logins,
      PasswordChanges passwordChanges,
      Sessions sessions,
      Handoffs handoffs,
      AccessTokens tokens) {
    this.registrations = registrations;
    this.logins = logins;
    this.passwordChanges = passwordChanges;
    this.sessions = sessions;
    this.handoffs = handoffs;
    this.tokens = tokens;
  }

  @Override
  public void register(RegisterRequest request, StreamObserver<RegisterResponse> observer) {
    EmailAddress email = new EmailAddress(request.getEmail());
    Secret password = Secret.of(request.getPassword());
    RegisterResponse.Builder response = RegisterResponse.newBuilder();
    if (request.getVerificationToken().isEmpty()) {
      Registration begun = registrations.begin(email, password, request.getName(), caller());
      response
          .setRegistrationId(begun.id().value())
          .setExpireTime(Timestamps.of(begun.expireTime()));
    } else {
      Secret token = Secret.of(request.getVerificationToken());
      response.setUser(
          IdentityMessages.user(
              registrations.openVerified(email, password, request.getName(), token, ids())));
    }
    Replies.send(observer, response.build());
  }

  @Override
  public void verifyEmail(
      VerifyEmailRequest request, StreamObserver<VerifyEmailResponse> observer) {
    Account account =
        registrations.verify(
            given(request.getRegistrationId()).map(RegistrationId::new),
            given(request.getEmail()).map(EmailAddress::new),
            Secret.of(request.getOtp()),
            ids());
    Replies.send(
        observer, VerifyEmailResponse.newBuilder().setUser(IdentityMessages.user(account)).build());
  }

  @Override
  public void login(LoginRequest request, StreamObserver<LoginResponse> observer) {
    Sessions.Opened opened =
        logins.byPassword(
            new EmailAddress(request.getEmail()),
            Secret.of(request.getPassword()),
            request.getDevice(),
            caller());
    Replies.send(observer, LoginResponse.newBuilder().setSession(session(opened)).build());
  }

  @Override
  public void refreshSession(
      RefreshSessionRequest request, StreamObserver<RefreshSessionResponse> observer) {
    if (!(CallContext.current().principal() instanceof Principal.Refresh refresh)) {
      throw Sessions.notAToken();
    }
    Sessions.Opened opened = sessions.refresh(refresh.token(), ids());
    Replies.send(observer, RefreshSessionResponse.newBuilder().setSession(session(opened)).build());
  }

  @Override
  public void logout(LogoutRequest request, StreamObserver<LogoutResponse> observer) {
    int ended =
        switch (CallContext.current().principal()) {
          case Principal.Account account -> end(account, request.getAllSessions());
          case Principal.Refresh refresh ->
              sessions.endByRefreshToken(refresh.token(), request.getAllSessions());
          default -> 0;
        };
    Replies.send(observer, LogoutResponse.newBuilder().setEndedSessions(ended).build());
  }

  private int end(Principal.Account account, boolean all) {
    if (all) {
      return sessions.endAll(account.accountId());
    }
    return sessions.end(account.sessionId()) ? 1 : 0;
  }

  @Override
  public void sendOtp(SendOtpRequest request, StreamObserver<SendOtpResponse> observer) {
    var expire =
        logins.sendCode(
            IdentityMessages.purpose(request.getPurpose()),
            new EmailAddress(request.getEmail()),
            caller());
    Replies.send(
        observer, SendOtpResponse.newBuilder().setExpireTime(Timestamps.of(expire)).build());
  }

  @Override
  public void verifyOtp(VerifyOtpRequest request, StreamObserver<VerifyOtpResponse> observer) {
    CodePurpose purpose = IdentityMessages.purpose(request.getPurpose());
    EmailAddress email = new EmailAddress(request.getEmail());
    Secret digits = Secret.of(request.getOtp());
    VerifyOtpResponse.Builder response = VerifyOtpResponse.newBuilder();
    if (purpose == CodePurpose.LOGIN) {
      response.setSession(session(logins.byCode(email, digits, ids())));
    } else {
      response.setVerificationToken(logins.verifyCode(purpose, email, digits, ids()).reveal());
    }
    Replies.send(observer, response.build());
  }

  @Override
  public void changePassword(
      ChangePasswordRequest request, StreamObserver<ChangePasswordResponse> observer) {
    Principal.Account caller = CallContext.current().account();
    PasswordChanges.Proof proof =
        request.getCurrentPassword().isEmpty()
            ? new PasswordChanges.Proof.Token(Secret.of(request.getVerificationToken()))
            : new PasswordChanges.Proof.Current(Secret.of(request.getCurrentPassword()));
    passwordChanges.change(
        caller.accountId(), caller.sessionId(), proof, Secret.of(request.getNewPassword()), ids());
    Replies.send(observer, ChangePasswordResponse.getDefaultInstance());
  }

  @Override
  public void resetPassword(
      ResetPasswordRequest request, StreamObserver<ResetPasswordResponse> observer) {
    passwordChanges.reset(
        new EmailAddress(request.getEmail()),
        Secret.of(request.getOtp()),
        Secret.of(request.getNewPassword()),
        ids());
    Replies.send(observer, ResetPasswordResponse.getDefaultInstance());
  }

  @Override
  public void createHandoff(
      CreateHandoffRequest request, StreamObserver<CreateHandoffResponse> observer) {
    Handoffs.Handoff handoff =
        handoffs.create(
            CallContext.current().account().accountId(), request.getRedirectUrl(), ids());
    Replies.send(
        observer,
        CreateHandoffResponse.newBuilder()
            .setHandoffId(handoff.handle().reveal())
            .setPostUrl(handoff.postUrl())
            .setExpireTime(Timestamps.of(handoff.expireTime()))
            .build());
  }

  @Override
  public void redeemHandoff(
      RedeemHandoffRequest request, StreamObserver<RedeemHandoffResponse> observer) {
    Account account = handoffs.redeem(Secret.of(request.getHandoffId()), ids());
    Replies.send(
        observer,
        RedeemHandoffResponse.newBuilder().setUser(IdentityMessages.user(account)).build());
  }

  private Session session(Sessions.Opened opened) {
    return IdentityMessages.session(opened, tokens.sign(opened.account(), opened.session().id()));
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Caller caller() {
    return new Caller(CallContext.current().clientAddress(), ids());
  }

  private static IdSource ids() {
    return CallContext.current().ids();
  }
}
