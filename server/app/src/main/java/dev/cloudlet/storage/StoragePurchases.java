package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.blob.ObjectStoreException;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enabling storage. The state in the account's document says what comes next; every step is
 * idempotent and moves the state by one conditional write, so that the request, its repetition and
 * the sweeper may all go on with it, and only one of "take the coins" and "give them back" can win.
 */
final class StoragePurchases {
  /** How long the sweeper leaves the work to the request that began it. */
  static final Duration LEAVE_TO_REQUEST = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(StoragePurchases.class);
  private static final Duration PROVISION_LIMIT = Duration.ofHours(1);
  // Each state is left once; a few more for moves that another one made.
  private static final int MAX_STEPS = 12;

  private final StorageAccountStore store;
  private final StorageBackend backend;
  private final StorageCoins coins;
  private final NoticePlan notices;
  private final KeyDirectory directory;
  private final InstantSource clock;

  StoragePurchases(
      StorageAccountStore store,
      StorageBackend backend,
      StorageCoins coins,
      NoticePlan notices,
      KeyDirectory directory,
      InstantSource clock) {
    this.store = store;
    this.backend = backend;
    this.coins = coins;
    this.notices = notices;
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Buys storage. Run again with the same ids it goes on where it stopped.
   *
   * @throws PlatformException STORAGE_ENABLED, INSUFFICIENT_COINS, STORAGE_PROVISIONING_FAILED
   */
  StorageAccount enable(AccountId owner, int sizeGb, IdSource ids) {
    StorageAccount wanted = asked(owner, new StorageId(ids.next(StorageId.PREFIX)), sizeGb);
    if (store.insert(wanted)) {
      return finish(wanted);
    }
    StorageAccount found = store.find(owner).orElseThrow(StoragePurchases::givenUp);
    if (found.storageId().equals(wanted.storageId())) {
      return finish(found);
    }
    throw new PlatformException(
        ErrorReason.ERROR_REASON_STORAGE_ENABLED, "Your account has storage already.");
  }

  private StorageAccount asked(AccountId owner, StorageId storageId, int sizeGb) {
    Instant now = clock.instant();
    return new StorageAccount(
        owner,
        storageId,
        State.CHARGING,
        sizeGb,
        coins.price(sizeGb),
        PaidPeriod.first(now),
        now,
        Optional.of(now.plus(LEAVE_TO_REQUEST)),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        0,
        Map.of(),
        Map.of());
  }

  /** Brings an enabling to its end, from wherever it stands. */
  StorageAccount finish(StorageAccount begun) {
    StorageAccount account = begun;
    for (int step = 0; step < MAX_STEPS; step++) {
      switch (account.state()) {
        case ACTIVE -> {
          return account;
        }
        case CHARGING -> hold(account);
        case PROVISIONING -> provision(account);
        case CAPTURING -> capture(account);
        case REFUNDING -> {
          refund(account);
          throw givenUp();
        }
      }
      // Whoever removed it has given the coins back before.
      account =
          store
              .find(begun.id())
              .filter(now -> now.storageId().equals(begun.storageId()))
              .orElseThrow(StoragePurchases::givenUp);
    }
    throw new UnavailableException("Your storage is being made. Try again in a moment.", null);
  }

  private void hold(StorageAccount account) {
    Optional<PlatformException> refusal =
        coins.hold(
            account.id(),
            account.storageId(),
            account.priceMinor(),
            "Storage, " + account.sizeGb() + " GB for 30 days");
    if (refusal.isEmpty()) {
      move(account, State.CHARGING, State.PROVISIONING);
    } else if (move(account, State.CHARGING, State.REFUNDING)) {
      refund(account);
      throw isRepetition(refusal.get()) ? givenUp() : refusal.get();
    }
  }

  private static boolean isRepetition(PlatformException refusal) {
    return refusal.reason() == ErrorReason.ERROR_REASON_HOLD_SETTLED;
  }

  private void provision(StorageAccount account) {
    try {
      backend.provision(account.id());
      move(account, State.PROVISIONING, State.CAPTURING);
    } catch (ObjectStoreException failed) {
      boolean late = clock.instant().isAfter(account.createTime().plus(PROVISION_LIMIT));
      if (!late && failed instanceof ObjectStoreException.Unavailable) {
        throw new UnavailableException(
            "The object store does not answer. Your storage will be ready when it does.", failed);
      }
      log.atError()
          .addKeyValue("storage", account.storageId())
          .setCause(failed)
          .log("storage can't be provisioned; the coins are given back");
      move(account, State.PROVISIONING, State.REFUNDING);
    }
  }

  private void capture(StorageAccount account) {
    if (!coins.capture(account.storageId(), account.priceMinor())) {
      // An earlier run of the same request was given up and its coins returned.
      move(account, State.CAPTURING, State.REFUNDING);
      return;
    }
    Instant now = clock.instant();
    Instant end = PaidPeriod.first(now);
    store.activate(
        account.id(), account.storageId(), new Period(end, notices.firstAfter(now, end)));
    directory.forget(account.id());
  }

  // First the coins, then the note: while the note stands, somebody will give the coins back.
  private void refund(StorageAccount account) {
    coins.release(account.storageId());
    store.remove(account.id(), account.storageId(), State.REFUNDING);
  }

  private boolean move(StorageAccount account, State from, State to) {
    return store.move(account.id(), account.storageId(), from, to);
  }

  private static PlatformException givenUp() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_STORAGE_PROVISIONING_FAILED,
        "Your storage could not be made and nothing was paid. Ask again with a new request_id.");
  }
}
