package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.RenewalStage;
import java.time.Instant;

/** Keeps the extension that an account has under way; as {@link StorageAccountStore}. */
interface StorageRenewalStore {
  /**
   * Notes an extension unless one is noted or this one was applied; the sweeper looks at it from
   * {@code workTime} on.
   */
  boolean beginRenewal(AccountId owner, Renewal renewal, Instant workTime);

  /** Moves the noted extension on. */
  boolean moveRenewal(AccountId owner, ExtensionId renewalId, RenewalStage from, RenewalStage to);

  /** Applies the noted extension, if it is paid and the period still ends at {@code presentEnd}. */
  boolean applyRenewal(AccountId owner, ExtensionId renewalId, Instant presentEnd, Period next);

  /** Takes the note of an extension away that came to nothing. */
  boolean dropRenewal(AccountId owner, ExtensionId renewalId);
}
