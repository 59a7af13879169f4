package dev.cloudlet.identity;

import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.kernel.rpc.Timestamps;

/** Records of identity as messages of the contract. */
final class IdentityMessages {
  private IdentityMessages() {}

  static User user(Account account) {
    return User.newBuilder()
        .setId(account.id().value())
        .setEmail(account.email())
        .setName(account.name())
        .setRole(account.role())
        .setCreateTime(Timestamps.of(account.createTime()))
        .setPreferences(
            Preferences.newBuilder()
                .setEmailNotifications(account.settings().emailNotifications())
                .setSecondFactor(account.settings().secondFactor()))
        .build();
  }

  static Session session(Sessions.Opened opened, AccessTokens.Access access) {
    return Session.newBuilder()
        .setId(opened.session().id().value())
        .setAccessToken(access.token().reveal())
        .setAccessTokenExpireTime(Timestamps.of(access.expireTime()))
        .setRefreshToken(opened.refreshToken().reveal())
        .setRefreshTokenExpireTime(Timestamps.of(opened.session().expireTime()))
        .setUser(user(opened.account()))
        .build();
  }

  static CodePurpose purpose(OtpPurpose purpose) {
    return switch (purpose) {
      case OTP_PURPOSE_VERIFICATION -> CodePurpose.VERIFICATION;
      case OTP_PURPOSE_PASSWORD_RESET -> CodePurpose.PASSWORD_RESET;
      case OTP_PURPOSE_ACCOUNT_DELETION -> CodePurpose.ACCOUNT_DELETION;
      case OTP_PURPOSE_LOGIN, OTP_PURPOSE_UNSPECIFIED, UNRECOGNIZED -> CodePurpose.LOGIN;
    };
  }
}
