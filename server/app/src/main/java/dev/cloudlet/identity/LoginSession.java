package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * A signed-in session.
 *
 * @param id {@code ses_...}
 * @param account whose
 * @param epoch the account's epoch at login; the session is over once the account's is another
 * @param refresh keyed hash of the only refresh token that is good now
 * @param device name for the list of sessions; may be empty
 * @param createTime when it was opened
 * @param expireTime when it ends unless it is refreshed before
 * @param endTime when it was ended before its time
 * @param survives the change of the password that it asked for, which does not end it
 */
record LoginSession(
    SessionId id,
    AccountId account,
    long epoch,
    StoredHash refresh,
    String device,
    Instant createTime,
    Instant expireTime,
    Optional<Instant> endTime,
    Optional<PasswordChangeId> survives) {

  /** Whether no new password of the account has ended it. */
  boolean isOfEpoch(Account now) {
    return epoch == now.epoch() || survives.filter(now.passwordChange()::equals).isPresent();
  }

  /** Whether it goes on, as far as the session itself can tell. */
  boolean open(Instant now) {
    return endTime.isEmpty() && now.isBefore(expireTime);
  }
}
