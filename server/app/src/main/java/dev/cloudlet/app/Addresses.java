package dev.cloudlet.app;

import dev.cloudlet.kernel.launch.StartFailedException;
import dev.cloudlet.rpc.EdgeConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * How the server is reached.
 *
 * @param publicUrl from outside; stands in mails, links and checkout pages
 * @param localUrl from this machine, also when the public name leads through a proxy or exists only
 *     outside of the container
 */
record Addresses(URI publicUrl, URI localUrl) {

  /** The addresses of a server with this edge, whose port is known. */
  static Addresses of(EdgeConfig http) {
    InetAddress bound = bound(http);
    URI local = url(local(bound), http.port());
    String host = bound.isAnyLocalAddress() ? "localhost" : literal(http.bindAddress());
    return new Addresses(
        http.publicUrl().orElseGet(() -> URI.create("http://" + host + ":" + http.port())), local);
  }

  /** The address that the port is opened on. */
  static InetAddress bound(EdgeConfig http) {
    try {
      return InetAddress.getByName(http.bindAddress());
    } catch (UnknownHostException e) {
      throw new StartFailedException(
          "http.bind-address is not an address of this machine: "
              + http.bindAddress()
              + ". Use 127.0.0.1 for this machine only, or 0.0.0.0 for every network.",
          e);
    }
  }

  private static InetAddress local(InetAddress bound) {
    return bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
  }

  private static URI url(InetAddress host, int port) {
    return URI.create("http://" + literal(host.getHostAddress()) + ":" + port);
  }

  private static String literal(String host) {
    return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
