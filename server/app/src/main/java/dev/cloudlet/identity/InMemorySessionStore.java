package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sessions in this process, for tests. */
final class InMemorySessionStore implements SessionStore {
  // Bounded by what a test makes.
  private final Map<SessionId, LoginSession> sessions = new HashMap<>();

  @Override
  public synchronized void insert(LoginSession session) {
    sessions.putIfAbsent(session.id(), session);
  }

  @Override
  public synchronized Optional<LoginSession> find(SessionId id) {
    return Optional.ofNullable(sessions.get(id));
  }

  @Override
  public synchronized Optional<LoginSession> rotate(
      SessionId id, StoredHash expected, StoredHash next, Instant expire) {
    Optional<LoginSession> rotated =
        find(id)
            .filter(s -> s.endTime().isEmpty() && s.refresh().equals(expected))
            .map(s -> with(s, next, expire, Optional.empty()));
    rotated.ifPresent(s -> sessions.put(id, s));
    return rotated;
  }

  @Override
  public synchronized boolean end(SessionId id, Instant now) {
    Optional<LoginSession> open = find(id).filter(s -> s.endTime().isEmpty());
    open.ifPresent(s -> sessions.put(id, with(s, s.refresh(), s.expireTime(), Optional.of(now))));
    return open.isPresent();
  }

  @Override
  public synchronized void survive(SessionId id, PasswordChangeId change) {
    find(id)
        .filter(s -> s.endTime().isEmpty())
        .ifPresent(s -> sessions.put(id, surviving(s, s.epoch(), Optional.of(change))));
  }

  @Override
  public synchronized void carryInto(SessionId id, long epoch) {
    find(id)
        .filter(s -> s.endTime().isEmpty())
        .ifPresent(s -> sessions.put(id, surviving(s, epoch, s.survives())));
  }

  private static LoginSession surviving(
      LoginSession s, long epoch, Optional<PasswordChangeId> survives) {
    return new LoginSession(
        s.id(),
        s.account(),
        epoch,
        s.refresh(),
        s.device(),
        s.createTime(),
        s.expireTime(),
        s.endTime(),
        survives);
  }

  @Override
  public synchronized List<LoginSession> list(AccountId account, Instant now, int limit) {
    return sessions.values().stream()
        .filter(s -> s.account().equals(account) && s.open(now))
        .sorted(Comparator.comparing((LoginSession s) -> s.id().value()).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized long sweep(Instant before) {
    int had = sessions.size();
    sessions.values().removeIf(s -> s.expireTime().isBefore(before));
    return had - (long) sessions.size();
  }

  private static LoginSession with(
      LoginSession s, StoredHash refresh, Instant expire, Optional<Instant> end) {
    return new LoginSession(
        s.id(),
        s.account(),
        s.epoch(),
        refresh,
        s.device(),
        s.createTime(),
        expire,
        end,
        s.survives());
  }
}
