package dev.cloudlet.kernel.rpc;

import dev.cloudlet.api.common.v1.Access;

/** Turns what a call carries into who calls. */
@FunctionalInterface
public interface Authenticator {
  /**
   * Says who calls. A call without any credential is anonymous; a bad credential is an error even
   * where none is needed.
   *
   * @param credentials what the call carries
   * @param access what the called method declares; {@code ACCESS_REFRESH} wants the refresh token
   *     instead of the access token
   * @throws dev.cloudlet.kernel.error.PlatformException UNAUTHENTICATED, TOKEN_EXPIRED,
   *     SESSION_REVOKED or CROSS_SITE_REQUEST
   */
  Principal authenticate(Credentials credentials, Access access);
}
