package dev.cloudlet.dev;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The inbox in this process, for tests. */
final class InMemoryInboxStore implements InboxStore {
  // Bounded by removeBefore.
  private final ConcurrentSkipListMap<String, InboxMail> mails =
      new ConcurrentSkipListMap<>(Comparator.reverseOrder());

  @Override
  public synchronized void insert(InboxMail mail) {
    boolean known =
        mails.values().stream().anyMatch(each -> each.messageId().equals(mail.messageId()));
    if (!known) {
      mails.put(mail.id().value(), mail);
    }
  }

  @Override
  public List<InboxMail> list(Optional<String> to, Optional<InboxMailId> before, int limit) {
    return mails.values().stream()
        .filter(mail -> to.map(mail.to()::equals).orElse(true))
        .filter(mail -> before.map(id -> mail.id().value().compareTo(id.value()) < 0).orElse(true))
        .limit(limit)
        .toList();
  }

  @Override
  public void removeBefore(InboxMailId id) {
    mails.tailMap(id.value(), false).clear();
  }
}
