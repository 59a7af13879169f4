package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Who may write and read at this moment. */
final class StorageAccounts {
  private final StorageAccountStore store;
  private final InstantSource clock;
  private final Duration grace;

  StorageAccounts(StorageAccountStore store, InstantSource clock, Duration grace) {
    this.store = store;
    this.clock = clock;
    this.grace = grace;
  }

  /** The account once it is enabled, also if its period is over. */
  StorageAccount requireEnabled(AccountId owner) {
    return store
        .find(owner)
        .filter(account -> account.state() == State.ACTIVE)
        .orElseThrow(StorageAccounts::notEnabled);
  }

  /** The account if objects may be written. */
  StorageAccount requireActive(AccountId owner) {
    StorageAccount account = requireEnabled(owner);
    if (!account.isWritable(clock.instant())) {
      throw expired(account);
    }
    return account;
  }

  /** The account if objects may be read: its paid period and the grace after it. */
  StorageAccount requireReadable(AccountId owner) {
    StorageAccount account = requireEnabled(owner);
    if (!clock.instant().isBefore(account.periodEnd().plus(grace))) {
      throw expired(account);
    }
    return account;
  }

  /** The present by which periods are judged. */
  Instant now() {
    return clock.instant();
  }

  /** {@code ttl}, or less if the objects can't be read for so long. */
  Duration readableFor(AccountId owner, Duration ttl) {
    return shorter(
        ttl, Duration.between(clock.instant(), requireReadable(owner).periodEnd().plus(grace)));
  }

  /** {@code ttl}, or less if the objects can't be written for so long. */
  Duration writableFor(AccountId owner, Duration ttl) {
    return shorter(ttl, Duration.between(clock.instant(), requireActive(owner).periodEnd()));
  }

  // A link lives a second at least.
  private static Duration shorter(Duration wanted, Duration left) {
    Duration least = left.toSeconds() < 1 ? Duration.ofSeconds(1) : left;
    return wanted.compareTo(least) < 0 ? wanted : least;
  }

  private static PlatformException notEnabled() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_STORAGE_NOT_ENABLED,
        "Your account has no storage. Enable it first.");
  }

  private static PlatformException expired(StorageAccount account) {
    return new PlatformException(
            ErrorReason.ERROR_REASON_STORAGE_EXPIRED,
            "The paid period of your storage is over. Extend it to go on.")
        .with("expire_time", account.periodEnd().toString());
  }
}
