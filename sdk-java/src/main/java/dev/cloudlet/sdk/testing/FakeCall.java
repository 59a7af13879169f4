package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.ErrorReason;
import java.util.Optional;

/**
 * Who calls.
 *
 * @param bearer the token that came with the call
 * @param login the session whose access token that is
 */
record FakeCall(Optional<String> bearer, Optional<FakeSessions.Login> login) {
  Optional<FakeAccount> account() {
    return login.map(FakeSessions.Login::account);
  }

  FakeAccount caller() {
    return account()
        .orElseThrow(
            () -> new FakeRefusal(ErrorReason.ERROR_REASON_UNAUTHENTICATED, "Log in first."));
  }
}
