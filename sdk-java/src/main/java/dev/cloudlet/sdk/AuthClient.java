package dev.cloudlet.sdk;

import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.LoginRequest;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.RegisterRequest;
import dev.cloudlet.api.identity.v1.RegisterResponse;
import dev.cloudlet.api.identity.v1.ResetPasswordRequest;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.api.identity.v1.UserServiceGrpc;
import dev.cloudlet.api.identity.v1.VerifyEmailRequest;
import dev.cloudlet.api.identity.v1.VerifyOtpRequest;
import dev.cloudlet.sdk.internal.Caller;

/** Accounts and sessions. */
public final class AuthClient {
  private final Caller caller;

  AuthClient(Caller caller) {
    this.caller = caller;
  }

  /**
   * Begins an account: a six-digit code is mailed. Continue with {@link #verifyEmail}.
   *
   * @param email the address to prove
   * @param password 8 to 128 characters, not a well-known one
   * @param name how the person wants to be called
   * @return the registration, to be named in {@link #verifyEmail}
   * @throws AlreadyExistsException if an account with this address exists
   * @throws InvalidArgumentException with reason WEAK_PASSWORD
   */
  public RegisterResponse register(String email, String password, String name) {
    return caller.call(
        AuthServiceGrpc.getRegisterMethod(),
        RegisterRequest.newBuilder().setEmail(email).setPassword(password).setName(name).build());
  }

  /**
   * Proves the address and opens the account.
   *
   * @param registrationId of {@link #register}
   * @param code the six digits
   * @return the new account
   * @throws InvalidArgumentException with reason OTP_INVALID; {@code tries_left} in its metadata
   */
  public User verifyEmail(String registrationId, String code) {
    return caller
        .call(
            AuthServiceGrpc.getVerifyEmailMethod(),
            VerifyEmailRequest.newBuilder().setRegistrationId(registrationId).setOtp(code).build())
        .getUser();
  }

  /**
   * Opens a session for this client; see {@link Cloudlet#login}.
   *
   * @param email the address
   * @param password the password
   * @return the account
   */
  public User login(String email, String password) {
    return signIn(
        caller
            .call(
                AuthServiceGrpc.getLoginMethod(),
                LoginRequest.newBuilder()
                    .setEmail(email)
                    .setPassword(password)
                    .setDevice("Java SDK")
                    .build())
            .getSession());
  }

  /**
   * Opens a session for this client with a mailed code of purpose LOGIN, also as second factor.
   *
   * @param email the address
   * @param code the six digits
   * @return the account
   * @throws InvalidArgumentException with reason OTP_INVALID
   */
  public User loginWithCode(String email, String code) {
    return signIn(
        caller
            .call(
                AuthServiceGrpc.getVerifyOtpMethod(),
                VerifyOtpRequest.newBuilder()
                    .setEmail(email)
                    .setOtp(code)
                    .setPurpose(OtpPurpose.OTP_PURPOSE_LOGIN)
                    .build())
            .getSession());
  }

  /**
   * Mails a code. Answers the same whether the address is known or not.
   *
   * @param email the address
   * @param purpose what the code will be used for
   */
  public void sendCode(String email, OtpPurpose purpose) {
    caller.call(
        AuthServiceGrpc.getSendOtpMethod(),
        SendOtpRequest.newBuilder().setEmail(email).setPurpose(purpose).build());
  }

  /** Ends this client's session. Succeeds without one, too. */
  public void logout() {
    end(false);
  }

  /** Ends every session of the account. */
  public void logoutEverywhere() {
    end(true);
  }

  /**
   * Sets a new password; ends all other sessions.
   *
   * @param currentPassword the password so far
   * @param newPassword 8 to 128 characters
   * @throws UnauthenticatedException with reason BAD_CREDENTIALS if the current one is wrong
   * @throws InvalidArgumentException with reason WEAK_PASSWORD
   */
  public void changePassword(String currentPassword, String newPassword) {
    caller.call(
        AuthServiceGrpc.getChangePasswordMethod(),
        ChangePasswordRequest.newBuilder()
            .setCurrentPassword(currentPassword)
            .setNewPassword(newPassword)
            .build());
  }

  /**
   * Sets a new password with a mailed code of purpose PASSWORD_RESET; ends all sessions.
   *
   * @param email the address
   * @param code the six digits
   * @param newPassword 8 to 128 characters
   * @throws InvalidArgumentException with reason OTP_INVALID or WEAK_PASSWORD
   */
  public void resetPassword(String email, String code, String newPassword) {
    caller.call(
        AuthServiceGrpc.getResetPasswordMethod(),
        ResetPasswordRequest.newBuilder()
            .setEmail(email)
            .setOtp(code)
            .setNewPassword(newPassword)
            .build());
  }

  /** {@return the caller's account} */
  public User profile() {
    return caller
        .call(UserServiceGrpc.getGetProfileMethod(), GetProfileRequest.getDefaultInstance())
        .getUser();
  }

  /**
   * Changes the caller's name or preferences, as the request's update mask says.
   *
   * @param request what is wanted
   * @return the account afterwards
   */
  public User updateProfile(UpdateProfileRequest request) {
    return caller.call(UserServiceGrpc.getUpdateProfileMethod(), request).getUser();
  }

  private User signIn(Session session) {
    caller.session().signIn(SessionTokens.of(session));
    return session.getUser();
  }

  private void end(boolean all) {
    caller.call(
        AuthServiceGrpc.getLogoutMethod(), LogoutRequest.newBuilder().setAllSessions(all).build());
    caller.session().forget();
  }
}
