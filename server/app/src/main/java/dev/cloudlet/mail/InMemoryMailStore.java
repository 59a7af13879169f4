package dev.cloudlet.mail;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Outgoing mail in this process, for tests. */
final class InMemoryMailStore implements MailStore {
  // Bounded by what a test makes.
  private final Map<MailEventId, OutgoingMail> mails = new HashMap<>();

  @Override
  public synchronized boolean insert(OutgoingMail mail) {
    return mails.putIfAbsent(mail.id(), mail) == null;
  }

  @Override
  public synchronized List<OutgoingMail> due(Instant now, int limit) {
    return mails.values().stream()
        .filter(mail -> mail.nextTime().filter(at -> !at.isAfter(now)).isPresent())
        .sorted(Comparator.comparing(mail -> mail.nextTime().orElseThrow()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<OutgoingMail> lease(MailEventId id, Instant seen, Instant until) {
    Optional<OutgoingMail> leased =
        Optional.ofNullable(mails.get(id))
            .filter(mail -> mail.nextTime().equals(Optional.of(seen)))
            .map(mail -> mail.next(mail.attempts() + 1, until));
    leased.ifPresent(mail -> mails.put(id, mail));
    return leased;
  }

  @Override
  public synchronized void retryAt(MailEventId id, Instant lease, Instant next) {
    mails.computeIfPresent(
        id,
        (key, mail) ->
            mail.nextTime().equals(Optional.of(lease)) ? mail.next(mail.attempts(), next) : mail);
  }

  @Override
  public synchronized void done(MailEventId id, Instant now) {
    mails.computeIfPresent(id, (key, mail) -> mail.done(now));
  }

  @Override
  public synchronized long sweep(Instant before) {
    int had = mails.size();
    mails.values().removeIf(mail -> mail.doneTime().filter(at -> at.isBefore(before)).isPresent());
    return had - (long) mails.size();
  }

  synchronized Optional<OutgoingMail> find(MailEventId id) {
    return Optional.ofNullable(mails.get(id));
  }
}
