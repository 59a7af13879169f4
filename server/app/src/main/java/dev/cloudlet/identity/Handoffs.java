package dev.cloudlet.identity;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;

/**
 * One-time handles with which another site of the operator learns who the person in the browser is.
 * The handle goes in a posted body, never in an address.
 */
final class Handoffs {
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private final AccountStore accounts;
  private final Verifications verifications;
  private final RedirectAddresses targets;
  private final InstantSource clock;

  Handoffs(
      AccountStore accounts,
      Verifications verifications,
      RedirectAddresses targets,
      InstantSource clock) {
    this.accounts = accounts;
    this.verifications = verifications;
    this.targets = targets;
    this.clock = clock;
  }

  /** A handle and where to post it. */
  record Handoff(Secret handle, String postUrl, Instant expireTime) {}

  Handoff create(AccountId account, String redirectUrl, IdSource ids) {
    URI target = targets.check(redirectUrl);
    Secret handle =
        verifications.give(
            new GrantId(ids.next(GrantId.HANDOFF)), Grant.Kind.HANDOFF, account.value(), LIFETIME);
    return new Handoff(handle, target.toASCIIString(), clock.instant().plus(LIFETIME));
  }

  Account redeem(Secret handle, IdSource ids) {
    Grant grant = verifications.look(handle, Set.of(Grant.Kind.HANDOFF));
    verifications.use(grant, new UseId(ids.next(UseId.PREFIX)));
    return accounts
        .find(new AccountId(grant.subject()))
        .filter(account -> !account.disabled())
        .orElseThrow(Verifications::invalid);
  }
}
