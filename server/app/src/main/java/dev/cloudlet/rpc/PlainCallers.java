package dev.cloudlet.rpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.kernel.rpc.AuthenticationInterceptor;
import dev.cloudlet.kernel.rpc.Authenticator;
import dev.cloudlet.kernel.rpc.Principal;

/**
 * Says who sends a plain HTTP request, by the rules that hold for an rpc.
 *
 * @param authenticator checks the tokens
 */
public record PlainCallers(Authenticator authenticator) {
  /**
   * The sender; anonymous without a token.
   *
   * @throws dev.cloudlet.kernel.error.PlatformException for a bad token
   */
  public Principal of(ServiceRequestContext ctx) {
    return authenticator.authenticate(
        AuthenticationInterceptor.credentials(
            EdgeHeaders.metadata(ctx.request().headers()),
            false,
            ctx.clientAddress().getHostAddress()),
        Access.ACCESS_USER);
  }
}
