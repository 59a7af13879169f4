package dev.cloudlet.payments;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The sandbox's store in this process, for tests. */
final class InMemorySandboxStore implements SandboxStore {
  private final Map<SandboxCheckoutId, SandboxCheckout> checkouts = new HashMap<>();
  private final TreeMap<String, SandboxNotice> notices = new TreeMap<>();

  @Override
  public synchronized void open(SandboxCheckout checkout) {
    checkouts.putIfAbsent(checkout.id(), checkout);
  }

  @Override
  public synchronized Optional<SandboxCheckout> find(SandboxCheckoutId checkoutId) {
    return Optional.ofNullable(checkouts.get(checkoutId));
  }

  @Override
  public synchronized boolean decide(SandboxCheckout next) {
    Optional<SandboxCheckout> before =
        find(next.id()).filter(each -> each.attempts() == next.attempts() - 1);
    before.ifPresent(each -> checkouts.put(each.id(), next));
    return before.isPresent();
  }

  @Override
  public synchronized void addNotice(SandboxNotice notice) {
    notices.put(notice.id().value(), notice);
  }

  @Override
  public synchronized List<SandboxNotice> listDue(Instant now, int limit) {
    return notices.values().stream()
        .filter(notice -> !notice.nextTime().isAfter(now))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized void postpone(SandboxNotice notice, Instant nextTime) {
    notices.computeIfPresent(
        notice.id().value(),
        (id, sofar) ->
            new SandboxNotice(
                sofar.id(),
                sofar.checkoutId(),
                sofar.body(),
                notice.tries() + 1,
                sofar.createTime(),
                nextTime));
  }

  @Override
  public synchronized void remove(SandboxNoticeId noticeId) {
    notices.remove(noticeId.value());
  }
}
