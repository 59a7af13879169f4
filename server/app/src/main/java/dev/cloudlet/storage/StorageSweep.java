package dev.cloudlet.storage;

import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.time.BackOff;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finishes purchases and extensions that their requests left; one that fails holds up no other. */
final class StorageSweep {
  private static final Logger log = LoggerFactory.getLogger(StorageSweep.class);
  private static final int BATCH = 100;

  private final StorageAccountStore store;
  private final StoragePurchases purchases;
  private final StorageExtensions extensions;
  private final InstantSource clock;

  StorageSweep(
      StorageAccountStore store,
      StoragePurchases purchases,
      StorageExtensions extensions,
      InstantSource clock) {
    this.store = store;
    this.purchases = purchases;
    this.extensions = extensions;
    this.clock = clock;
  }

  /** Goes on with what is due. */
  void run() {
    Instant now = clock.instant();
    for (StorageAccount account : store.unfinished(now, BATCH)) {
      try {
        finish(account);
      } catch (RuntimeException later) {
        if (Thread.currentThread().isInterrupted()) {
          throw later;
        }
        report(account, later);
        postpone(account, now);
      }
    }
  }

  private static void report(StorageAccount account, RuntimeException later) {
    if (later instanceof PlatformException known) {
      log.atInfo()
          .addKeyValue("storage", account.storageId())
          .addKeyValue("reason", known.reason())
          .log("storage was not finished in this round");
    } else {
      log.atError()
          .addKeyValue("storage", account.storageId())
          .setCause(later)
          .log("storage was not finished in this round");
    }
  }

  private void finish(StorageAccount account) {
    if (account.state() != State.ACTIVE) {
      purchases.finish(account);
    }
    account
        .renewal()
        .flatMap(noted -> extensions.finish(account.id(), noted))
        .ifPresent(
            refusal ->
                log.atInfo()
                    .addKeyValue("storage", account.storageId())
                    .addKeyValue("reason", refusal.reason())
                    .log("an extension was given up"));
  }

  private void postpone(StorageAccount account, Instant now) {
    Instant since = account.renewal().map(Renewal::createTime).orElse(account.createTime());
    account
        .workTime()
        .ifPresent(seen -> store.postponeWork(account.id(), seen, BackOff.next(since, now)));
  }
}
