package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.State;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.WalletApi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enabling, extending and expiry. Each begins with a note in the account's document and goes on by
 * idempotent steps, so that the request, its repetition and the sweeper may all finish it.
 */
final class StorageAccounts {
  private static final Logger log = LoggerFactory.getLogger(StorageAccounts.class);
  private static final Duration PROVISION_LIMIT = Duration.ofHours(1);
  private static final Duration LEAVE_TO_REQUEST = Duration.ofMinutes(1);
  private static final int SWEEP_BATCH = 100;
  private static final int RENEWAL_ROUNDS = 5;

  private final StorageAccountStore store;
  private final StorageBackend backend;
  private final WalletApi wallet;
  private final PricingApi pricing;
  private final KeyDirectory directory;
  private final InstantSource clock;
  private final Duration grace;

  StorageAccounts(
      StorageAccountStore store,
      StorageBackend backend,
      WalletApi wallet,
      PricingApi pricing,
      KeyDirectory directory,
      InstantSource clock,
      Duration grace) {
    this.store = store;
    this.backend = backend;
    this.wallet = wallet;
    this.pricing = pricing;
    this.directory = directory;
    this.clock = clock;
    this.grace = grace;
  }

  /**
   * Buys storage. Run again with the same ids it goes on where it stopped.
   *
   * @throws PlatformException STORAGE_ENABLED, INSUFFICIENT_COINS
   */
  StorageAccount enable(AccountId owner, int sizeGb, IdSource ids) {
    Instant now = clock.instant();
    StorageAccount wanted =
        new StorageAccount(
            owner,
            ids.next("sto"),
            State.CHARGING,
            sizeGb,
            pricing.costMinor(PricingApi.STORAGE_30_DAYS, sizeGb),
            PaidPeriod.first(now),
            now,
            Optional.empty(),
            List.of(),
            0,
            Map.of(),
            Map.of());
    if (store.insert(wanted)) {
      return finish(wanted);
    }
    StorageAccount found = enabling(owner);
    if (found.storageId().equals(wanted.storageId())) {
      return finish(found);
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_STORAGE_ENABLED, "Your account has storage already.");
  }

  private StorageAccount finish(StorageAccount account) {
    AccountId owner = account.id();
    String storageId = account.storageId();
    if (account.state() == State.CHARGING) {
      pay(account);
    }
    if (account.state() == State.REFUNDING) {
      throw giveUp(account);
    }
    if (account.state() != State.ACTIVE) {
      provision(account);
      store.activate(owner, storageId, PaidPeriod.first(clock.instant()));
      directory.forget(owner);
    }
    return store
        .find(owner)
        .filter(now -> now.storageId().equals(storageId) && now.state() == State.ACTIVE)
        .orElseThrow(() -> giveUp(account));
  }

  private void pay(StorageAccount account) {
    try {
      wallet.charge(
          account.id(),
          "storage:" + account.storageId(),
          account.priceMinor(),
          account.storageId(),
          "Storage, " + account.sizeGb() + " GB for 30 days");
    } catch (PlatformException refused) {
      if (refused.reason() == ErrorReason.ERROR_REASON_INSUFFICIENT_COINS) {
        store.remove(account.id(), account.storageId(), State.CHARGING);
      }
      throw refused;
    }
    boolean moved =
        store.move(account.id(), account.storageId(), State.CHARGING, State.PROVISIONING);
    // Somebody else may have moved it, or have given up because coins were short a moment ago.
    if (!moved && store.find(account.id()).filter(a -> same(a, account)).isEmpty()) {
      throw giveUp(account);
    }
  }

  private static boolean same(StorageAccount one, StorageAccount other) {
    return one.storageId().equals(other.storageId());
  }

  private void provision(StorageAccount account) {
    try {
      backend.provision(account.id());
    } catch (ObjectStoreException failed) {
      boolean late = clock.instant().isAfter(account.createTime().plus(PROVISION_LIMIT));
      if (!late && failed instanceof ObjectStoreException.Unavailable) {
        throw new UnavailableException(
            "The object store does not answer. Your storage will be ready when it does.", failed);
      }
      log.atError()
          .addKeyValue("storage", account.storageId())
          .setCause(failed)
          .log("storage can't be provisioned; it is refunded");
      store.move(account.id(), account.storageId(), State.PROVISIONING, State.REFUNDING);
      throw giveUp(account);
    }
  }

  private PlatformException giveUp(StorageAccount account) {
    wallet.refund(
        account.id(),
        "storage-refund:" + account.storageId(),
        account.priceMinor(),
        account.storageId(),
        "Storage could not be made");
    store.remove(account.id(), account.storageId(), State.REFUNDING);
    return new UnavailableException(
        "The object store could not make your storage. Your coins were given back.", null);
  }

  /**
   * Adds 30 days. Run again with the same ids it adds them once.
   *
   * @throws PlatformException INSUFFICIENT_COINS, STORAGE_NOT_ENABLED
   */
  StorageAccount extend(AccountId owner, IdSource ids) {
    StorageAccount account = requireEnabled(owner);
    Renewal mine =
        new Renewal(
            ids.next("ext"), pricing.costMinor(PricingApi.STORAGE_30_DAYS, account.sizeGb()));
    for (int round = 0; round < RENEWAL_ROUNDS; round++) {
      if (account.renewals().contains(mine.extensionId())) {
        return account;
      }
      if (account.renewal().isEmpty()) {
        store.beginRenewal(owner, mine);
      }
      account = requireEnabled(owner);
      // An extension of another request that was interrupted is finished first.
      account.renewal().ifPresent(noted -> renew(owner, noted));
      account = requireEnabled(owner);
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_CONFLICT, "Many extensions run at once. Try again.");
  }

  private void renew(AccountId owner, Renewal renewal) {
    try {
      wallet.charge(
          owner,
          "storage-extend:" + renewal.extensionId(),
          renewal.priceMinor(),
          renewal.extensionId(),
          "Storage, 30 more days");
    } catch (PlatformException refused) {
      if (refused.reason() == ErrorReason.ERROR_REASON_INSUFFICIENT_COINS) {
        store.dropRenewal(owner, renewal.extensionId());
      }
      throw refused;
    }
    for (int round = 0; round < RENEWAL_ROUNDS; round++) {
      StorageAccount account = requireEnabled(owner);
      if (account.renewals().contains(renewal.extensionId())) {
        return;
      }
      Instant end = PaidPeriod.extended(clock.instant(), account.periodEnd());
      if (store.applyRenewal(owner, renewal.extensionId(), account.periodEnd(), end)) {
        directory.forget(owner);
        return;
      }
      if (account
          .renewal()
          .filter(noted -> noted.extensionId().equals(renewal.extensionId()))
          .isEmpty()) {
        // Dropped by another who found too few coins, although ours were charged.
        wallet.refund(
            owner,
            "storage-extend-refund:" + renewal.extensionId(),
            renewal.priceMinor(),
            renewal.extensionId(),
            "Extension was not made");
        return;
      }
    }
  }

  /** Finishes what requests left; for the sweeper. */
  void sweep() {
    Instant now = clock.instant();
    for (StorageAccount account : store.unfinished(SWEEP_BATCH)) {
      if (account.createTime().plus(LEAVE_TO_REQUEST).isAfter(now)) {
        continue;
      }
      try {
        if (account.state() != State.ACTIVE) {
          finish(account);
        }
        account.renewal().ifPresent(noted -> renew(account.id(), noted));
      } catch (PlatformException later) {
        log.atInfo()
            .addKeyValue("storage", account.storageId())
            .addKeyValue("reason", later.reason())
            .log("storage was not finished in this round");
      }
    }
  }

  private StorageAccount enabling(AccountId owner) {
    return store.find(owner).orElseThrow(StorageAccounts::notEnabled);
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
