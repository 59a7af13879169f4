package dev.cloudlet.payments;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Decides where a checkout may lead: nowhere but here and where the operator says. */
final class ReturnAddresses {
  private final Supplier<URI> publicUrl;
  private final List<URI> listed;

  ReturnAddresses(Supplier<URI> publicUrl, List<String> listed) {
    this.publicUrl = publicUrl;
    this.listed = listed.stream().map(URI::create).toList();
  }

  /** The address if it is allowed; empty if none was given. */
  Optional<String> check(String given) {
    if (given.isEmpty()) {
      return Optional.empty();
    }
    URI address = parse(given);
    boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    boolean plain = address.getRawUserInfo() == null && address.getHost() != null;
    boolean known =
        sameOrigin(address, publicUrl.get())
            || listed.stream().anyMatch(each -> sameOrigin(address, each) && below(address, each));
    if (!web || !plain || !known) {
      throw refused(null);
    }
    return Optional.of(address.toASCIIString());
  }

  private static URI parse(String given) {
    try {
      return new URI(given).normalize();
    } catch (URISyntaxException e) {
      throw refused(e);
    }
  }

  static boolean sameOrigin(URI one, URI other) {
    return Objects.equals(one.getScheme(), other.getScheme())
        && lower(one.getHost()).equals(lower(other.getHost()))
        && port(one) == port(other);
  }

  private static boolean below(URI address, URI listed) {
    String root = Objects.requireNonNullElse(listed.getPath(), "");
    String path = Objects.requireNonNullElse(address.getPath(), "");
    String folder = root.endsWith("/") ? root : root + "/";
    return path.equals(root) || path.startsWith(folder) || root.isEmpty();
  }

  private static String lower(@org.jspecify.annotations.Nullable String host) {
    return host == null ? "" : host.toLowerCase(Locale.ROOT);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equals(address.getScheme()) ? 443 : 80;
  }

  private static PlatformException refused(@org.jspecify.annotations.Nullable Throwable cause) {
    return new PlatformException(
        ErrorReason.ERROR_REASON_REDIRECT_NOT_ALLOWED,
        "return_url must be on this server or at an address that the operator listed.",
        cause);
  }
}
