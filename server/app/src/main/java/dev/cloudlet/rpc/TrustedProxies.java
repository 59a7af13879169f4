package dev.cloudlet.rpc;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.util.InetAddressPredicates;
import com.linecorp.armeria.server.ClientAddressSource;
import com.linecorp.armeria.server.ProxiedAddresses;
import com.linecorp.armeria.server.ServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds the client behind the operator's own proxies. Each proxy appends the peer that it saw to
 * {@code X-Forwarded-For}, so the last address that is not a proxy of ours is the client; what
 * stands before it was written by the client itself and may be a lie. A peer that is not listed is
 * the client, whatever it says.
 */
final class TrustedProxies {
  private final Predicate<InetAddress> trusted;

  /**
   * @param proxies addresses, or networks such as {@code 10.0.0.0/8}
   */
  TrustedProxies(List<String> proxies) {
    this.trusted =
        proxies.stream().map(TrustedProxies::parse).reduce(address -> false, Predicate::or);
  }

  private static Predicate<InetAddress> parse(String proxy) {
    try {
      return proxy.contains("/")
          ? InetAddressPredicates.ofCidr(proxy)
          : InetAddressPredicates.ofExact(proxy);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "http.trusted-proxies: '"
              + proxy
              + "' is neither an address nor a network such as 10.0.0.0/8",
          e);
    }
  }

  void apply(ServerBuilder server) {
    server
        .clientAddressSources(ClientAddressSource.ofHeader(HttpHeaderNames.X_FORWARDED_FOR))
        .clientAddressTrustedProxyFilter(trusted)
        .clientAddressMapper(this::client);
  }

  private InetSocketAddress client(ProxiedAddresses seen) {
    List<InetSocketAddress> addresses = new ArrayList<>();
    addresses.add(seen.sourceAddress());
    addresses.addAll(seen.destinationAddresses());
    return addresses.reversed().stream()
        .filter(address -> !trusted.test(address.getAddress()))
        .findFirst()
        .orElse(seen.sourceAddress());
  }
}
