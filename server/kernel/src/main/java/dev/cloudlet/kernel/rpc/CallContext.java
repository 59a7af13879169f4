package dev.cloudlet.kernel.rpc;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.IdSource;
import io.grpc.Context;
import java.util.Objects;

/**
 * What the chain knows about the running call. Endpoints read it and pass what they need on as
 * arguments; rules and stores never look here.
 *
 * @param requestId the call's own id, also in every log line of it
 * @param principal who calls
 * @param clientAddress the peer's address, or the one a trusted proxy reported
 * @param ids where new ids come from; derived from {@code request_id} in a mutation that carries
 *     one
 */
public record CallContext(
    String requestId, Principal principal, String clientAddress, IdSource ids) {
  static final Context.Key<CallContext> KEY = Context.key("cloudlet-call");

  /** The running call's context. */
  public static CallContext current() {
    return Objects.requireNonNull(KEY.get(), "no call is running on this thread");
  }

  /**
   * The signed-in account; permission was checked before, so its absence is a fault of the
   * declaration.
   */
  public Principal.Account account() {
    return principal
        .account()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_UNAUTHENTICATED,
                    "Log in and send the token as 'authorization: Bearer ...'."));
  }

  /** The calling node. */
  public Principal.Node node() {
    if (principal instanceof Principal.Node node) {
      return node;
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED, "Only a registered node may call this.");
  }

  CallContext withIds(IdSource source) {
    return new CallContext(requestId, principal, clientAddress, source);
  }

  CallContext withPrincipal(Principal caller) {
    return new CallContext(requestId, caller, clientAddress, ids);
  }
}
