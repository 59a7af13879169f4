package dev.cloudlet.payments;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the sandbox gateway keeps. Every write is one conditional operation. */
interface SandboxStore {
  /** Adds a checkout unless it exists. */
  void open(SandboxCheckout checkout);

  Optional<SandboxCheckout> find(SandboxCheckoutId checkoutId);

  /** Puts {@code next} in the place of the checkout with one attempt less; false if it moved on. */
  boolean decide(SandboxCheckout next);

  /** Adds a notice. */
  void addNotice(SandboxNotice notice);

  /** Up to {@code limit} notices whose time has come. */
  List<SandboxNotice> listDue(Instant now, int limit);

  /** Counts a try in vain and says when the next one is. */
  void postpone(SandboxNotice notice, Instant nextTime);

  /** Forgets a notice that is delivered or given up. */
  void remove(SandboxNoticeId noticeId);
}
