package dev.cloudlet.identity;

import java.time.Instant;
import java.util.Optional;

/**
 * A right to one act, given out as a token. Only the id is stored; the token is the id and its
 * keyed hash.
 *
 * @param id {@code vft_...} or {@code hnd_...}
 * @param kind what it allows
 * @param subject the proved address, or the account
 * @param expireTime from when on it is not good
 * @param usedBy names the use that it served
 */
record Grant(GrantId id, Kind kind, String subject, Instant expireTime, Optional<UseId> usedBy) {

  /** What a grant allows. */
  enum Kind {
    /** The subject's address was proved. */
    VERIFICATION,
    /** The subject's address was proved in order to set a new password. */
    PASSWORD_RESET,
    /** The subject's address was proved in order to close the account. */
    ACCOUNT_DELETION,
    /** Whoever redeems it learns which account the subject is. */
    HANDOFF
  }
}
