package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One-time handles with which another site of the operator learns who the person in the browser is.
 * The handle goes in a posted body, never in an address.
 */
final class Handoffs {
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private final AccountStore accounts;
  private final Verifications verifications;
  private final List<URI> allowed;
  private final InstantSource clock;

  /**
   * @param allowed where a handoff may go: same scheme, host and port, and a path below theirs
   */
  Handoffs(
      AccountStore accounts, Verifications verifications, List<URI> allowed, InstantSource clock) {
    this.accounts = accounts;
    this.verifications = verifications;
    this.allowed = List.copyOf(allowed);
    this.clock = clock;
  }

  /** A handle and where to post it. */
  record Handoff(Secret handle, String postUrl, Instant expireTime) {}

  Handoff create(AccountId account, String redirectUrl, IdSource ids) {
    URI target = parse(redirectUrl);
    if (allowed.stream().noneMatch(base -> below(base, target))) {
      throw notAllowed();
    }
    Secret handle =
        verifications.give(
            new GrantId(ids.next(GrantId.HANDOFF)), Grant.Kind.HANDOFF, account.value(), LIFETIME);
    return new Handoff(handle, target.toString(), clock.instant().plus(LIFETIME));
  }

  Account redeem(Secret handle, IdSource ids) {
    Grant grant = verifications.look(handle, Set.of(Grant.Kind.HANDOFF));
    verifications.use(grant, new UseId(ids.next(UseId.PREFIX)));
    return accounts
        .find(new AccountId(grant.subject()))
        .filter(account -> !account.disabled())
        .orElseThrow(Verifications::invalid);
  }

  private static URI parse(String text) {
    try {
      URI uri = URI.create(text).normalize();
      if (uri.getHost() == null || uri.getRawUserInfo() != null || !uri.isAbsolute()) {
        throw notAllowed();
      }
      return uri;
    } catch (IllegalArgumentException e) {
      throw notAllowed();
    }
  }

  private static boolean below(URI base, URI target) {
    String root = path(base);
    String folder = root.endsWith("/") ? root : root + "/";
    return scheme(base).equals(scheme(target))
        && base.getHost().equalsIgnoreCase(target.getHost())
        && port(base) == port(target)
        && (path(target).equals(root) || path(target).startsWith(folder));
  }

  // Encoded dots and slashes would leave the folder only after somebody else decodes them.
  private static String path(URI uri) {
    String raw = Optional.ofNullable(uri.getRawPath()).orElse("");
    String lower = raw.toLowerCase(Locale.ROOT);
    boolean hidden =
        lower.contains("%2e")
            || lower.contains("%2f")
            || lower.contains("%5c")
            || raw.contains("..");
    if (hidden) {
      throw notAllowed();
    }
    return raw.isEmpty() ? "/" : raw;
  }

  private static String scheme(URI uri) {
    return Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return scheme(uri).equals("https") ? 443 : 80;
  }

  private static PlatformException notAllowed() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_REDIRECT_NOT_ALLOWED,
        "This address is not one of those that the operator listed under identity.redirects.");
  }
}
