package dev.cloudlet.payments;

import dev.cloudlet.kernel.id.IdSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What the buttons of the sandbox's page do. */
final class SandboxCheckouts {
  private final SandboxStore store;
  private final SandboxSignature signature;
  private final IdSource ids;
  private final InstantSource clock;
  private final Semaphore news = new Semaphore(0);

  SandboxCheckouts(
      SandboxStore store, SandboxSignature signature, IdSource ids, InstantSource clock) {
    this.store = store;
    this.signature = signature;
    this.ids = ids;
    this.clock = clock;
  }

  /** How a press of a button ended. */
  enum Pressed {
    DONE,
    /** The form was used before, or is not one of this page. */
    STALE_FORM,
    /** Paid, cancelled, expired or tried too often. */
    CLOSED
  }

  Optional<SandboxCheckout> find(SandboxCheckoutId checkoutId) {
    return store.find(checkoutId);
  }

  String formToken(SandboxCheckout checkout) {
    return signature.formToken(checkout);
  }

  boolean mayPay(SandboxCheckout checkout) {
    return checkout.mayPay(clock.instant());
  }

  /** Decides the checkout, once per form, and lets the notification go. */
  Pressed press(SandboxCheckout checkout, String formToken, SandboxState wanted) {
    if (!signature.isFormToken(formToken, checkout)) {
      return Pressed.STALE_FORM;
    }
    if (!mayPay(checkout)) {
      return Pressed.CLOSED;
    }
    Optional<SandboxPaymentId> payment =
        wanted == SandboxState.PAID
            ? Optional.of(new SandboxPaymentId(ids.next(SandboxPaymentId.PREFIX)))
            : Optional.empty();
    SandboxNoticeId noticeId = new SandboxNoticeId(ids.next(SandboxNoticeId.PREFIX));
    SandboxCheckout next = checkout.decided(wanted, payment, noticeId);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    store.addNotice(
        new SandboxNotice(noticeId, checkout.id(), SandboxPaymentGateway.body(next), 0, now, now));
    if (!store.decide(next)) {
      store.remove(noticeId);
      return Pressed.STALE_FORM;
    }
    if (news.availablePermits() == 0) {
      news.release();
    }
    return Pressed.DONE;
  }

  /** Waits until something was decided here, or some time has passed. */
  void awaitNews(Duration patience) throws InterruptedException {
    if (news.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      news.drainPermits();
    }
  }
}
