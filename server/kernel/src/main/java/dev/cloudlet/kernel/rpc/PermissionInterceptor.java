package dev.cloudlet.kernel.rpc;

import dev.cloudlet.api.common.v1.Access;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.error.PlatformException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Lets a call pass only if the caller may, by what the contract declares beside the method.
 * Ownership is the query's business.
 */
public final class PermissionInterceptor implements ServerInterceptor {

  @Override
  public <Q, S> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, S> call, Metadata headers, ServerCallHandler<Q, S> next) {
    require(
        MethodPolicy.of(call.getMethodDescriptor()).access(), CallContext.current().principal());
    return next.startCall(call, headers);
  }

  static void require(Access access, Principal principal) {
    boolean allowed =
        switch (access) {
          case ACCESS_PUBLIC -> true;
          case ACCESS_USER -> principal instanceof Principal.Account;
          case ACCESS_ADMINISTRATOR ->
              principal instanceof Principal.Account account
                  && account.role() == Role.ROLE_ADMINISTRATOR;
          case ACCESS_NODE -> principal instanceof Principal.Node;
          case ACCESS_SERVER -> principal instanceof Principal.Server;
          case ACCESS_REFRESH -> principal instanceof Principal.Refresh;
          case ACCESS_UNSPECIFIED, UNRECOGNIZED -> false;
        };
    if (!allowed) {
      throw refusal(access, principal);
    }
  }

  private static PlatformException refusal(Access access, Principal principal) {
    if (principal instanceof Principal.Anonymous || principal instanceof Principal.Refresh) {
      String token = access == Access.ACCESS_REFRESH ? "refresh token" : "access token";
      return new PlatformException(
          ErrorReason.ERROR_REASON_UNAUTHENTICATED,
          "This call needs a token: log in and send the "
              + token
              + " as 'authorization: Bearer ...'.");
    }
    return new PlatformException(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED, "Your account may not do this.");
  }
}
