package dev.cloudlet.standalone.faults;

import com.google.protobuf.FieldMask;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.CreateHandoffRequest;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.RedeemHandoffRequest;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.standalone.faults.Mutation.Ready;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** The mutations of accounts and sessions. */
final class IdentityMutations {
  static final String REDIRECT = "http://127.0.0.1:9/done";

  private static final String NEXT = "another horse 8";

  private IdentityMutations() {}

  static List<Mutation<?, ?>> all() {
    return List.of(
        new Mutation<>(AuthServiceGrpc.getRegisterMethod(), IdentityMutations::register),
        new Mutation<>(AuthServiceGrpc.getVerifyEmailMethod(), IdentityMutations::verifyEmail),
        new Mutation<>(AuthServiceGrpc.getLoginMethod(), IdentityMutations::login),
        new Mutation<>(AuthServiceGrpc.getRefreshSessionMethod(), IdentityMutations::refresh),
        new Mutation<>(AuthServiceGrpc.getLogoutMethod(), IdentityMutations::logout, false),
        new Mutation<>(AuthServiceGrpc.getSendOtpMethod(), IdentityMutations::sendOtp),
        new Mutation<>(AuthServiceGrpc.getVerifyOtpMethod(), IdentityMutations::verifyOtp),
        new Mutation<>(AuthServiceGrpc.getChangePasswordMethod(), IdentityMutations::change),
        new Mutation<>(AuthServiceGrpc.getResetPasswordMethod(), IdentityMutations::reset),
        new Mutation<>(AuthServiceGrpc.getCreateHandoffMethod(), IdentityMutations::handOff),
        new Mutation<>(AuthServiceGrpc.getRedeemHandoffMethod(), IdentityMutations::redeem),
        new Mutation<>(UserServiceGrpc.getUpdateProfileMethod(), IdentityMutations::rename));
  }

  private static Supplier<String> mails(Replica server, String email) {
    int before = Actor.mail(server, email).getMessagesCount();
    return () -> Actor.mail(server, email).getMessagesCount() - before + " mails";
  }

  private static <Q> Ready<Q> byAnybody(Q request, Supplier<String> effect) {
    return new Ready<>(request, Optional.empty(), effect);
  }

  private static Ready<dev.cloudlet.api.identity.v1.RegisterRequest> register(
      FaultedPlatform platform) {
    String email = Actor.newAddress();
    return byAnybody(Actor.registration(email), mails(platform.sound(), email));
  }

  private static Ready<VerifyEmailRequest> verifyEmail(FaultedPlatform platform) {
    String email = Actor.newAddress();
    String registration = Actor.begin(platform.sound(), email);
    return byAnybody(
        VerifyEmailRequest.newBuilder()
            .setRegistrationId(registration)
            .setOtp(Actor.code(platform.sound(), email, Set.of()))
            .build(),
        () -> "");
  }

  private static String opens(FaultedPlatform platform, String email) {
    Outcome<?> login =
        platform
            .sound()
            .call(
                AuthServiceGrpc.getLoginMethod(),
                LoginRequest.newBuilder().setEmail(email).setPassword(NEXT).build(),
                Optional.empty());
    return login.response().isPresent() ? "opens" : "stays shut";
  }

  private static Ready<LoginRequest> login(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    return byAnybody(
        LoginRequest.newBuilder().setEmail(actor.email()).setPassword(Actor.PASSWORD).build(),
        mails(platform.sound(), actor.email()));
  }

  // A refresh token that is taken for stolen ends the session, which its access token shows.
  private static Ready<RefreshSessionRequest> refresh(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    return new Ready<>(
        RefreshSessionRequest.getDefaultInstance(),
        Optional.of(actor.session().getRefreshToken()),
        () -> alive(actor));
  }

  private static String alive(Actor actor) {
    return actor
            .server()
            .call(
                UserServiceGrpc.getGetProfileMethod(),
                GetProfileRequest.getDefaultInstance(),
                actor.token())
            .response()
            .isPresent()
        ? "session lives"
        : "session ended";
  }

  private static Ready<LogoutRequest> logout(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    return new Ready<>(LogoutRequest.getDefaultInstance(), actor.token(), () -> alive(actor));
  }

  private static Ready<SendOtpRequest> sendOtp(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    return byAnybody(sending(actor.email()), mails(platform.sound(), actor.email()));
  }

  private static SendOtpRequest sending(String email) {
    return SendOtpRequest.newBuilder()
        .setEmail(email)
        .setPurpose(OtpPurpose.OTP_PURPOSE_PASSWORD_RESET)
        .build();
  }

  private static String sent(FaultedPlatform platform, Actor actor) {
    Set<String> before = Actor.mails(platform.sound(), actor.email());
    platform
        .sound()
        .ask(AuthServiceGrpc.getSendOtpMethod(), sending(actor.email()), Optional.empty());
    return Actor.code(platform.sound(), actor.email(), before);
  }

  private static Ready<VerifyOtpRequest> verifyOtp(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    return byAnybody(
        VerifyOtpRequest.newBuilder()
            .setEmail(actor.email())
            .setOtp(sent(platform, actor))
            .setPurpose(OtpPurpose.OTP_PURPOSE_PASSWORD_RESET)
            .build(),
        () -> "");
  }

  private static Ready<ChangePasswordRequest> change(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    Supplier<String> mails = mails(platform.sound(), actor.email());
    return new Ready<>(
        ChangePasswordRequest.newBuilder()
            .setCurrentPassword(Actor.PASSWORD)
            .setNewPassword(NEXT)
            .build(),
        actor.token(),
        () ->
            mails.get()
                + ", the new password "
                + opens(platform, actor.email())
                + ", the "
                + alive(actor));
  }

  private static Ready<ResetPasswordRequest> reset(FaultedPlatform platform) {
    Actor actor = Actor.register(platform.sound());
    String code = sent(platform, actor);
    Supplier<String> mails = mails(platform.sound(), actor.email());
    return byAnybody(
        ResetPasswordRequest.newBuilder()
            .setEmail(actor.email())
            .setOtp(code)
            .setNewPassword(NEXT)
            .build(),
        () -> mails.get() + ", the new password " + opens(platform, actor.email()));
  }

  private static CreateHandoffRequest handing() {
    return CreateHandoffRequest.newBuilder().setRedirectUrl(REDIRECT).build();
  }

  private static Ready<CreateHandoffRequest> handOff(FaultedPlatform platform) {
    return new Ready<>(handing(), platform.keeper().token(), () -> "");
  }

  private static Ready<RedeemHandoffRequest> redeem(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String id = actor.ask(AuthServiceGrpc.getCreateHandoffMethod(), handing()).getHandoffId();
    return byAnybody(RedeemHandoffRequest.newBuilder().setHandoffId(id).build(), () -> "");
  }

  private static Ready<UpdateProfileRequest> rename(FaultedPlatform platform) {
    Actor actor = platform.keeper();
    String name = "Ann " + UUID.randomUUID();
    return new Ready<>(
        UpdateProfileRequest.newBuilder()
            .setName(name)
            .setUpdateMask(FieldMask.newBuilder().addPaths("name"))
            .build(),
        actor.token(),
        () ->
            actor
                    .ask(
                        UserServiceGrpc.getGetProfileMethod(),
                        GetProfileRequest.getDefaultInstance())
                    .getUser()
                    .getName()
                    .equals(name)
                ? "renamed"
                : "as before");
  }
}
