package dev.cloudlet.wallet;

import dev.cloudlet.kernel.id.TypedId;

/**
 * A piece of a wallet's history, {@code <account>/<number>}.
 *
 * @param value the whole id
 */
record EntryChunkId(String value) implements TypedId {
  /** The piece of that number, the first is 0. */
  static EntryChunkId of(LedgerAccountId account, long number) {
    return new EntryChunkId(account.value() + '/' + number);
  }

  long number() {
    return Long.parseLong(value.substring(value.lastIndexOf('/') + 1));
  }

  @Override
  public String toString() {
    return value;
  }
}
