package dev.cloudlet.identity;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.error.PlatformException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** One-time tokens that stand for a proved address or for an account. */
final class Verifications {
  private final ProofStore store;
  private final InstantSource clock;
  private final SignedHandles tokens;

  Verifications(ProofStore store, InstantSource clock, IdentityCrypto crypto) {
    this.store = store;
    this.clock = clock;
    this.tokens = new SignedHandles(crypto.keyed("grant"));
  }

  /** A token for one act; the same id gives the same token. */
  Secret give(GrantId id, Grant.Kind kind, String subject, Duration lifetime) {
    store.insertGrant(
        new Grant(id, kind, subject, clock.instant().plus(lifetime), Optional.empty()));
    return tokens.tokenOf(id.value());
  }

  /**
   * The grant behind a token, not used up yet.
   *
   * @throws PlatformException VERIFICATION_INVALID
   */
  Grant look(Secret token, Set<Grant.Kind> kinds) {
    return tokens
        .idOf(token)
        .map(GrantId::new)
        .flatMap(store::findGrant)
        .filter(grant -> kinds.contains(grant.kind()))
        .filter(grant -> clock.instant().isBefore(grant.expireTime()))
        .orElseThrow(Verifications::invalid);
  }

  /**
   * Uses a grant up.
   *
   * @param use names the use: the same use may come again
   * @throws PlatformException VERIFICATION_INVALID if another use was first
   */
  void use(Grant grant, UseId use) {
    if (store.useGrant(grant.id(), use, clock.instant()).isEmpty()) {
      throw invalid();
    }
  }

  static PlatformException invalid() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_VERIFICATION_INVALID,
        "The token is not valid for this, was used, or is too old. Ask for a new code.");
  }
}
