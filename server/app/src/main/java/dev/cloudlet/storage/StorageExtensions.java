package dev.cloudlet.storage;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.error.UnavailableException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.RenewalStage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Extending storage, one extension of an account after the other. As with enabling, the stage in
 * the note decides whether the coins are taken or given back, and anybody may go on with it.
 */
final class StorageExtensions {
  private static final int MAX_ROUNDS = 5;
  private static final int MAX_STEPS = 8;

  private final StorageAccounts accounts;
  private final StorageAccountStore store;
  private final StorageCoins coins;
  private final NoticePlan notices;
  private final KeyDirectory directory;
  private final InstantSource clock;

  StorageExtensions(
      StorageAccounts accounts,
      StorageAccountStore store,
      StorageCoins coins,
      NoticePlan notices,
      KeyDirectory directory,
      InstantSource clock) {
    this.accounts = accounts;
    this.store = store;
    this.coins = coins;
    this.notices = notices;
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Adds 30 days. Run again with the same ids it adds them once.
   *
   * @throws PlatformException INSUFFICIENT_COINS, STORAGE_NOT_ENABLED, CONFLICT
   */
  StorageAccount extend(AccountId owner, IdSource ids) {
    StorageAccount account = accounts.requireEnabled(owner);
    Instant now = clock.instant();
    Renewal mine =
        new Renewal(
            new ExtensionId(ids.next(ExtensionId.PREFIX)),
            coins.price(account.sizeGb()),
            now,
            RenewalStage.CHARGING);
    for (int round = 0; ; round++) {
      if (account.renewals().contains(mine.extensionId())) {
        return account;
      }
      if (round == MAX_ROUNDS) {
        // Nothing of this request is noted, so nothing is paid.
        throw new PlatformException(
                ErrorReason.ERROR_REASON_CONFLICT, "Many extensions run at once. Try again.")
            .retryAfter(Duration.ofSeconds(1));
      }
      if (account.renewal().isEmpty()) {
        store.beginRenewal(owner, mine, now.plus(StoragePurchases.LEAVE_TO_REQUEST));
        account = accounts.requireEnabled(owner);
      }
      // An extension of another request that was interrupted is finished first; that it was
      // refused does not concern this one.
      Optional<Renewal> noted = account.renewal();
      Optional<PlatformException> refusal = noted.flatMap(renewal -> finish(owner, renewal));
      if (refusal.isPresent() && isSame(noted.orElseThrow(), mine)) {
        throw refusal.get();
      }
      account = accounts.requireEnabled(owner);
    }
  }

  /**
   * Brings an extension to its end, from wherever it stands.
   *
   * @return why it was given up; empty if it was applied
   */
  Optional<PlatformException> finish(AccountId owner, Renewal renewal) {
    for (int step = 0; step < MAX_STEPS; step++) {
      StorageAccount account = accounts.requireEnabled(owner);
      Optional<Renewal> noted = account.renewal().filter(found -> isSame(found, renewal));
      if (noted.isEmpty()) {
        return account.renewals().contains(renewal.extensionId())
            ? Optional.empty()
            : Optional.of(givenUp());
      }
      Optional<PlatformException> refusal =
          switch (noted.get().stage()) {
            case CHARGING -> hold(owner, noted.get());
            case CAPTURING -> capture(account, noted.get());
            case REFUNDING -> {
              refund(owner, noted.get());
              yield Optional.of(givenUp());
            }
          };
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    throw new UnavailableException("The extension is under way. Try again in a moment.", null);
  }

  private Optional<PlatformException> hold(AccountId owner, Renewal renewal) {
    Optional<PlatformException> refusal =
        coins.hold(owner, renewal.extensionId(), renewal.priceMinor(), "Storage, 30 more days");
    if (refusal.isEmpty()) {
      move(owner, renewal, RenewalStage.CHARGING, RenewalStage.CAPTURING);
      return refusal;
    }
    if (!move(owner, renewal, RenewalStage.CHARGING, RenewalStage.REFUNDING)) {
      // Somebody found the coins a moment later: what stands in the note decides.
      return Optional.empty();
    }
    refund(owner, renewal);
    boolean repetition = refusal.get().reason() == ErrorReason.ERROR_REASON_HOLD_SETTLED;
    return repetition ? Optional.of(givenUp()) : refusal;
  }

  private Optional<PlatformException> capture(StorageAccount account, Renewal renewal) {
    AccountId owner = account.id();
    if (!coins.capture(renewal.extensionId(), renewal.priceMinor())) {
      // An earlier run of the same request was given up and its coins returned.
      move(owner, renewal, RenewalStage.CAPTURING, RenewalStage.REFUNDING);
      return Optional.empty();
    }
    Instant now = clock.instant();
    Instant end = PaidPeriod.extended(now, account.periodEnd());
    Period next = new Period(end, notices.firstAfter(now, end));
    if (store.applyRenewal(owner, renewal.extensionId(), account.periodEnd(), next)) {
      directory.forget(owner);
    }
    return Optional.empty();
  }

  // First the coins, then the note: while the note stands, somebody will give the coins back.
  private void refund(AccountId owner, Renewal renewal) {
    coins.release(renewal.extensionId());
    store.dropRenewal(owner, renewal.extensionId());
  }

  private boolean move(AccountId owner, Renewal renewal, RenewalStage from, RenewalStage to) {
    return store.moveRenewal(owner, renewal.extensionId(), from, to);
  }

  private static boolean isSame(Renewal one, Renewal other) {
    return one.extensionId().equals(other.extensionId());
  }

  private static PlatformException givenUp() {
    return new PlatformException(
        ErrorReason.ERROR_REASON_CONFLICT,
        "This extension was given up and nothing was paid. Ask again with a new request_id.");
  }
}
