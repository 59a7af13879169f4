package dev.cloudlet.wallet;

/** Why coins move. */
enum TransferKind {
  /** Paid coins come in. */
  TOP_UP,
  /** Put aside for work that begins. */
  HOLD,
  /** A hold is paid, in part or whole; the rest goes back. */
  CAPTURE,
  /** A hold goes back whole. */
  RELEASE,
  /** Paid at once. */
  CHARGE,
  /** A charge is paid back. */
  REFUND,
  /** Nothing moves: the hold of this id was given up before it came, and may never come. */
  NEVER_HELD
}
