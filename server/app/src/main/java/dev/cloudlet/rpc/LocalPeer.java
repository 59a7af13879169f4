package dev.cloudlet.rpc;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.List;

/**
 * Tells whether a request was made on this machine and for this machine: from the loopback address,
 * by no proxy (whose peer would be loopback as well), and under a host name that no stranger's DNS
 * can point here (a page of another site that rebinds its name to 127.0.0.1 is refused).
 */
public final class LocalPeer {
  private static final List<String> FORWARDED =
      List.of("x-forwarded-for", "x-real-ip", "forwarded", "via");

  private LocalPeer() {}

  /** Whether the request came from this machine itself. */
  public static boolean is(ServiceRequestContext ctx) {
    RequestHeaders headers = ctx.request().headers();
    return ctx.remoteAddress().getAddress().isLoopbackAddress()
        && ctx.clientAddress().isLoopbackAddress()
        && FORWARDED.stream().noneMatch(headers::contains)
        && namesThisMachine(headers.authority());
  }

  private static boolean namesThisMachine(@org.jspecify.annotations.Nullable String authority) {
    if (authority == null) {
      return false;
    }
    try {
      String host = HostAndPort.fromString(authority).getHost();
      return host.equals("localhost")
          || host.endsWith(".localhost")
          || InetAddresses.isInetAddress(host);
    } catch (IllegalArgumentException e) {
      // Not a host, so not ours.
      return false;
    }
  }
}
