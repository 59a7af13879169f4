package dev.cloudlet.identity;

import com.google.protobuf.FieldMask;
import dev.cloudlet.api.identity.v1.AuthServiceGrpc;
import dev.cloudlet.api.identity.v1.ChangePasswordRequest;
import dev.cloudlet.api.identity.v1.GetProfileRequest;
import dev.cloudlet.api.identity.v1.LogoutRequest;
import dev.cloudlet.api.identity.v1.OtpPurpose;
import dev.cloudlet.api.identity.v1.Preferences;
import dev.cloudlet.api.identity.v1.RefreshSessionRequest;
import dev.cloudlet.api.identity.v1.SendOtpRequest;
import dev.cloudlet.api.identity.v1.Session;
import dev.cloudlet.api.identity.v1.UpdateProfileRequest;
import dev.cloudlet.api.identity.v1.User;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.rpc.Credentials;
import java.util.Optional;

/** What a customer with a session asks of identity, in one line each. */
final class SessionCalls {
  private final IdentityFixture cloud;

  SessionCalls(IdentityFixture cloud) {
    this.cloud = cloud;
  }

  User profile(Session session) {
    return cloud
        .users(session.getAccessToken())
        .getProfile(GetProfileRequest.getDefaultInstance())
        .getUser();
  }

  Session refresh(String token) {
    return cloud
        .auth(token)
        .refreshSession(RefreshSessionRequest.getDefaultInstance())
        .getSession();
  }

  static int logout(AuthServiceGrpc.AuthServiceBlockingStub auth, boolean all) {
    return auth.logout(LogoutRequest.newBuilder().setAllSessions(all).build()).getEndedSessions();
  }

  void changePassword(Session session, String current, String next) {
    cloud
        .auth(session.getAccessToken())
        .changePassword(
            ChangePasswordRequest.newBuilder()
                .setCurrentPassword(current)
                .setNewPassword(next)
                .build());
  }

  void sendOtp(String email, OtpPurpose purpose) {
    cloud.auth().sendOtp(SendOtpRequest.newBuilder().setEmail(email).setPurpose(purpose).build());
  }

  User update(Session session, String path, boolean on) {
    return cloud
        .users(session.getAccessToken())
        .updateProfile(
            UpdateProfileRequest.newBuilder()
                .setPreferences(Preferences.newBuilder().setSecondFactor(on))
                .setUpdateMask(FieldMask.newBuilder().addPaths(path).build())
                .build())
        .getUser();
  }

  /** What a server makes of a request with this token. */
  static Credentials credentials(String token) {
    return new Credentials(
        Optional.of(Secret.of(token)),
        Optional.empty(),
        Optional.empty(),
        false,
        true,
        "192.0.2.1");
  }
}
