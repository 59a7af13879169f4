package dev.cloudlet.wallet;

import java.util.List;

/**
 * A full piece of a wallet's history. What stands in a chunk follows from the journal alone, so
 * writing it twice is harmless and it never changes.
 *
 * @param id which piece of which account
 * @param entries exactly {@link #SIZE}, oldest first
 */
record EntryChunk(EntryChunkId id, List<HistoryEntry> entries) {
  /** Entries in a chunk. */
  static final int SIZE = 50;

  EntryChunk {
    entries = List.copyOf(entries);
  }

  /** Refuses a chunk of the same id that tells another history. */
  void requireSame(EntryChunk there) {
    if (!equals(there)) {
      throw new IllegalStateException("chunk " + id + " stands there with another history");
    }
  }
}
