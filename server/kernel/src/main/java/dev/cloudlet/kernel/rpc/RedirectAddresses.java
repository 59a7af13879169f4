package dev.cloudlet.kernel.rpc;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a request may ask that a browser is led to: this installation, and what the operator lists;
 * else links of the platform would lead to anybody's pages (OWASP, unvalidated redirects). An
 * address is below a listed one if scheme, host and port are the same and the path is the listed
 * one or in its folder.
 */
public final class RedirectAddresses {
  // Encoded dots and slashes would leave the folder only after somebody else decodes them.
  private static final Pattern HIDDEN = Pattern.compile("%2e|%2f|%5c|\\.\\.");

  private final Supplier<URI> own;
  private final List<URI> listed;
  private final String key;

  /**
   * @param own address of this installation; asked each time, since a port may be chosen at start
   * @param listed by the operator, which {@link #requireSound} has let through
   * @param key of the configuration under which they are listed
   */
  public RedirectAddresses(Supplier<URI> own, List<String> listed, String key) {
    this.own = own;
    this.listed = listed.stream().map(URI::create).toList();
    this.key = key;
  }

  /**
   * Refuses a list with something that can't be led to.
   *
   * @throws IllegalArgumentException with a sentence that begins with {@code key}
   */
  public static void requireSound(String key, List<String> listed) {
    for (String address : listed) {
      if (parsed(address).isEmpty()) {
        throw new IllegalArgumentException(
            key + ": '" + address + "' is no address like https://host/path");
      }
    }
  }

  /**
   * The address in its plain form.
   *
   * @throws PlatformException REDIRECT_NOT_ALLOWED
   */
  public URI check(String given) {
    return parsed(given)
        .filter(
            target ->
                Stream.concat(Stream.of(own.get()), listed.stream())
                    .anyMatch(base -> isBelow(base, target)))
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorReason.ERROR_REASON_REDIRECT_NOT_ALLOWED,
                    "This address is neither on this server nor one of those that the operator"
                        + " listed under "
                        + key
                        + "."));
  }

  private static Optional<URI> parsed(String text) {
    try {
      URI address = new URI(text).normalize();
      boolean web = scheme(address).equals("http") || scheme(address).equals("https");
      boolean plain = address.getHost() != null && address.getRawUserInfo() == null;
      boolean open = !HIDDEN.matcher(path(address).toLowerCase(Locale.ROOT)).find();
      return web && plain && open ? Optional.of(address) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isBelow(URI base, URI target) {
    String root = path(base);
    String folder = root.endsWith("/") ? root : root + "/";
    return scheme(base).equals(scheme(target))
        && base.getHost().equalsIgnoreCase(target.getHost())
        && port(base) == port(target)
        && (path(target).equals(root) || path(target).startsWith(folder));
  }

  private static String path(URI address) {
    return Optional.ofNullable(address.getRawPath()).filter(path -> !path.isEmpty()).orElse("/");
  }

  private static String scheme(URI address) {
    return Optional.ofNullable(address.getScheme()).orElse("").toLowerCase(Locale.ROOT);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return scheme(address).equals("https") ? 443 : 80;
  }
}
