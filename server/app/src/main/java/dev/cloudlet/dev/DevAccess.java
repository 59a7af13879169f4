package dev.cloudlet.dev;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.Principal;
import dev.cloudlet.rpc.LocalPeer;
import java.util.function.Function;

/**
 * Who may use the development aids. Every code that a mail carries, also the one that resets the
 * administrator's password, can be read in the inbox, so it answers only this machine or an
 * administrator, unless the operator opened it to everybody ({@code dev.open}).
 */
public final class DevAccess {
  private final boolean open;
  private final Function<ServiceRequestContext, Principal> callers;

  /**
   * @param open whether everybody may who reaches the port
   * @param callers says who sends a plain request; throws {@link PlatformException} for a bad token
   */
  public DevAccess(boolean open, Function<ServiceRequestContext, Principal> callers) {
    this.open = open;
    this.callers = callers;
  }

  /** Throws PERMISSION_DENIED unless the running rpc's caller may. */
  void require(Principal caller) {
    // Without an HTTP request the call was made inside this process.
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    if (!(open || http == null || LocalPeer.is(http) || isAdministrator(caller))) {
      throw refused();
    }
  }

  /** Throws PERMISSION_DENIED unless the sender of a plain request may. */
  void require(ServiceRequestContext http) {
    if (!(open || LocalPeer.is(http) || isAdministrator(callers.apply(http)))) {
      throw refused();
    }
  }

  private static boolean isAdministrator(Principal caller) {
    return caller instanceof Principal.Account account && account.role() == Role.ROLE_ADMINISTRATOR;
  }

  private static PlatformException refused() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_PERMISSION_DENIED,
        "The development aids answer only the machine on which the platform runs, or an"
            + " administrator. The operator can open them with 'dev.open: true'.");
  }
}
