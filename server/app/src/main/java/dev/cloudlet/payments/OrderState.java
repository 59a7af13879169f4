package dev.cloudlet.payments;

/** Where an order stands; only PAID is final, because money that arrives late is credited too. */
enum OrderState {
  OPEN,
  PAID,
  FAILED,
  CANCELLED,
  EXPIRED
}
