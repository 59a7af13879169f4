package dev.cloudlet.identity;

import com.google.protobuf.Timestamp;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.User;
import java.time.Instant;

/** Records of identity as messages of the contract. */
final class IdentityMessages {
  private IdentityMessages() {}

  static User user(Account account) {
    return User.newBuilder()
        .setId(account.id().value())
        .setEmail(account.email())
        .setName(account.name())
        .setRole(account.role())
        .setCreateTime(time(account.createTime()))
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
        .setAccessTokenExpireTime(time(access.expireTime()))
        .setRefreshToken(opened.refreshToken().reveal())
        .setRefreshTokenExpireTime(time(opened.session().expireTime()))
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

  static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
