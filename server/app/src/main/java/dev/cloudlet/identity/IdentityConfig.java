package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Bounds;
import dev.cloudlet.kernel.config.Key;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import java.time.Duration;
import java.util.List;

/** The configuration section {@code identity}. */
public record IdentityConfig(
    @Key(value = "cloudlet", doc = "issuer named in every token; changing it ends every login")
        String issuer,
    @Key(value = "15m", doc = "how long an access token is good") @Bounds(min = "1m", max = "1h")
        Duration accessTokenLifetime,
    @Key(value = "30d", doc = "how long a session lasts without being refreshed")
        @Bounds(min = "1h", max = "365d")
        Duration sessionLifetime,
    @Key(value = "10m", doc = "how long a mailed code is good") @Bounds(min = "1m", max = "15m")
        Duration codeLifetime,
    @Key(
            value = "",
            doc =
                "addresses (https://host[:port][/path]) that a handoff may go to, besides the"
                    + " server's own")
        List<String> redirects,
    @Key(value = "cloudlet.local", doc = "domain of the first administrator's address, admin@...")
        String administratorDomain,
    @Key(value = "90d", doc = "age at which the key that signs tokens gets a successor")
        @Bounds(min = "2d", max = "3650d")
        Duration signingKeyAge,
    @Key(
            value = "48h",
            doc =
                "how long a new signing key is published before it signs, and the old one after that; longer than fleet.token-life")
        @Bounds(min = "1h", max = "30d")
        Duration signingKeyOverlap) {

  /** Refuses what could not work. */
  public IdentityConfig {
    redirects = List.copyOf(redirects);
    if (issuer.isBlank() || administratorDomain.isBlank()) {
      throw new IllegalArgumentException("issuer and administrator-domain must not be empty");
    }
    if (signingKeyAge.compareTo(signingKeyOverlap.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("signing-key-age is at least twice signing-key-overlap");
    }
    RedirectAddresses.requireSound("redirects", redirects);
  }

  /** Every key at its default. */
  public static IdentityConfig defaults() {
    return new IdentityConfig(
        "cloudlet",
        Duration.ofMinutes(15),
        Duration.ofDays(30),
        Duration.ofMinutes(10),
        List.of(),
        "cloudlet.local",
        Duration.ofDays(90),
        Duration.ofHours(48));
  }
}
