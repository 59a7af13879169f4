package dev.cloudlet.wallet;

/**
 * What must be known of a wallet to judge a transfer.
 *
 * @param available what can be spent, never below 0
 * @param held what is put aside
 * @param openHolds in how many holds
 * @param seq every batch up to this one that touches the wallet is in
 */
record Standing(long available, long held, int openHolds, long seq) {

  /** This wallet after {@code transfer}, which concerns it, in batch {@code batch}. */
  Standing after(Transfer transfer, long batch) {
    long change = transfer.wallet().map(Leg::minor).orElse(0L);
    long heldChange = transfer.hold().map(Leg::minor).orElse(0L);
    return new Standing(
        Math.addExact(available, change),
        held + heldChange,
        openHolds + Long.signum(heldChange),
        batch);
  }
}
