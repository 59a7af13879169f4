package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps sessions. Each method is atomic; a change that returned is durable. */
interface SessionStore {
  /** Adds a session unless one of its id is there. */
  void insert(LoginSession session);

  Optional<LoginSession> find(SessionId id);

  /**
   * Exchanges the refresh token's hash if {@code expected} stands there still and the session was
   * not ended.
   *
   * @return the session afterwards; empty if it was not exchanged
   */
  Optional<LoginSession> rotate(SessionId id, StoredHash expected, StoredHash next, Instant expire);

  /** Ends a session; false if there is none or it was ended before. */
  boolean end(SessionId id, Instant now);

  /** Lets a session that was not ended go on when {@code change} sets a new password. */
  void survive(SessionId id, PasswordChangeId change);

  /** Lets a session that was not ended go on in a new epoch of its account. */
  void carryInto(SessionId id, long epoch);

  /** Sessions of the account that were not ended, newest first, at most {@code limit}. */
  List<LoginSession> list(AccountId account, Instant now, int limit);

  /** Removes what ended by itself before {@code before}; says how many. */
  long sweep(Instant before);
}
