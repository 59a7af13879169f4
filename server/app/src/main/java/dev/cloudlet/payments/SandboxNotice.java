package dev.cloudlet.payments;

import java.time.Instant;

/**
 * A notification on its way to the merchant. Written before the checkout decides, so that none is
 * lost; delivered only if the checkout names it among its outcomes.
 *
 * @param id unique
 * @param checkoutId the checkout it speaks of
 * @param body what is sent, byte for byte
 * @param tries how often it was sent in vain
 * @param createTime when it was written
 * @param nextTime not before this
 */
record SandboxNotice(
    SandboxNoticeId id,
    SandboxCheckoutId checkoutId,
    String body,
    int tries,
    Instant createTime,
    Instant nextTime) {}
