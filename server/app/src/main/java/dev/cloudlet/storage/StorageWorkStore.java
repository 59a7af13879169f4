package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the sweepers ask of the accounts. Each question is answered from an index that holds only
 * the accounts with something to do.
 */
interface StorageWorkStore {
  /** Accounts whose work is due, the longest waiting first; at most {@code limit}. */
  List<StorageAccount> unfinished(Instant now, int limit);

  /** Lets the sweeper come again at {@code next}, unless its time is not {@code seen} any more. */
  void postponeWork(AccountId owner, Instant seen, Instant next);

  /** Accounts whose owner is to be told something, the longest waiting first. */
  List<StorageAccount> noticesDue(Instant now, int limit);

  /** Sets when the owner is told next, unless the time is not {@code seen} any more. */
  boolean planNotice(AccountId owner, Instant seen, Optional<Instant> next);
}
