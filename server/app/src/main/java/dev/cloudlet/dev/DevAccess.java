package dev.cloudlet.dev;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.identity.v1.Role;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.rpc.LocalPeer;
import dev.cloudlet.kernel.rpc.Principal;
import java.util.function.Function;

/**
 * Who may use the development aids. Every code that a mail carries, also the one that resets the
 * administrator's password, can be read in the inbox, so it answers only this machine or an
 * administrator, unless the operator opened it to everybody ({@code dev.open}).
 */
public final class DevAccess {
  private final boolean open;
  private final LocalPeer local;
  private final Function<ServiceRequestContext, Principal> callers;

  /**
   * @param open whether everybody may who reaches the port
   * @param local who counts as this machine
   * @param callers says who sends a plain request; throws {@link PlatformException} for a bad token
   */
  public DevAccess(
      boolean open, LocalPeer local, Function<ServiceRequestContext, Principal> callers) {
    this.open = open;
    this.local = local;
    this.callers = callers;
  }

  /** Throws PERMISSION_DENIED unless the running rpc's caller may. */
  void require(Principal caller) {
    // Without an HTTP request the call was made inside this process.
    ServiceRequestContext http = ServiceRequestContext.currentOrNull();
    if (!(open || http == null || local.made(http) || isAdministrator(caller))) {
      throw refused();
    }
  }

  /** Throws PERMISSION_DENIED unless the sender of a plain request may. */
  void require(ServiceRequestContext http) {
    if (!(open || local.made(http) || isAdministrator(callers.apply(http)))) {
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
            + " administrator; where 'http.public-url' names another host or"
            + " 'http.trusted-proxies' is set, administrators only. The operator can open them"
            + " with 'dev.open: true'.");
  }
}
