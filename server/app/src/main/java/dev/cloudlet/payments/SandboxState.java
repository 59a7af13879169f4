package dev.cloudlet.payments;

/** Where a checkout of the sandbox stands; after FAILED the customer may try again. */
enum SandboxState {
  OPEN,
  PAID,
  FAILED,
  CANCELLED
}
