package dev.cloudlet.kernel.rpc;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a request was made on this machine and for this machine: from the loopback address,
 * by no proxy that says so, under a host name that no stranger's DNS can point here (a page of
 * another site that rebinds its name to 127.0.0.1 is refused), and not by a page of another site
 * that is open in a browser of this machine.
 *
 * <p>A proxy on this machine need not say that it is one, and then its clients cannot be told from
 * local ones. Where one is to be expected, nobody is local: {@link #nobody}.
 */
public final class LocalPeer {
  private static final List<String> FORWARDED =
      List.of("x-forwarded-for", "x-real-ip", "forwarded", "via");
  private static final List<String> OWN_SITE = List.of("same-origin", "none");

  private final boolean possible;

  private LocalPeer(boolean possible) {
    this.possible = possible;
  }

  /** Of a server that clients reach without a proxy on its machine. */
  public static LocalPeer direct() {
    return new LocalPeer(true);
  }

  /** Of a server whose clients may come through a proxy on its machine: no request is local. */
  public static LocalPeer nobody() {
    return new LocalPeer(false);
  }

  /** Whether {@code host} can only mean the machine that uses it. */
  public static boolean isLoopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return isLocalName(name)
        || InetAddresses.isUriInetAddress(name)
            && InetAddresses.forUriString(name).isLoopbackAddress()
        || InetAddresses.isInetAddress(name) && InetAddresses.forString(name).isLoopbackAddress();
  }

  /** Whether the request came from this machine itself. */
  public boolean made(ServiceRequestContext ctx) {
    RequestHeaders headers = ctx.request().headers();
    return possible
        && ctx.remoteAddress().getAddress().isLoopbackAddress()
        && ctx.clientAddress().isLoopbackAddress()
        && FORWARDED.stream().noneMatch(headers::contains)
        && namesThisMachine(headers.authority())
        && isOfOwnSite(headers);
  }

  // A browser tells which site's page makes a request; other programs send neither header.
  private static boolean isOfOwnSite(RequestHeaders headers) {
    return headers.getAll("sec-fetch-site").stream().allMatch(OWN_SITE::contains)
        && headers.getAll("origin").stream()
            .allMatch(
                origin ->
                    origin.equals("http://" + headers.authority())
                        || origin.equals("https://" + headers.authority()));
  }

  private static boolean namesThisMachine(@Nullable String authority) {
    return Optional.ofNullable(authority)
        .flatMap(LocalPeer::host)
        .filter(host -> isLocalName(host) || InetAddresses.isInetAddress(host))
        .isPresent();
  }

  private static Optional<String> host(String authority) {
    try {
      return Optional.of(HostAndPort.fromString(authority).getHost());
    } catch (IllegalArgumentException e) {
      // Not a host, so not ours.
      return Optional.empty();
    }
  }

  private static boolean isLocalName(String host) {
    return host.equals("localhost") || host.endsWith(".localhost");
  }
}
