package dev.cloudlet.storage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.redis.Signals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Answers an object store that asks for identities. What it learned it keeps for seconds; a change
 * on this server clears it at once, a change on another one by signal. Time is looked at on every
 * question, so a period ends to the second. Any thread.
 */
final class KeyDirectory {
  private static final String TOPIC = "storage-keys";
  private static final int MAX_KNOWN = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final StorageKeys keys;
  private final StorageAccountStore accounts;
  private final Signals signals;
  private final InstantSource clock;
  private final Duration grace;
  private final Cache<String, Optional<Known>> known;

  KeyDirectory(
      StorageKeys keys,
      StorageAccountStore accounts,
      Signals signals,
      InstantSource clock,
      StorageConfig config) {
    this.keys = keys;
    this.accounts = accounts;
    this.signals = signals;
    this.clock = clock;
    this.grace = config.grace();
    this.known =
        Caffeine.newBuilder().maximumSize(MAX_KNOWN).expireAfterWrite(config.keyCache()).build();
  }

  // Not the account itself: its open uploads may be many, and this is kept for many keys.
  private record Known(
      StorageKeys.KeyPair pair, StorageAccount.State state, long quotaBytes, Instant periodEnd) {
    AccountId owner() {
      return pair.key().owner();
    }
  }

  /** The key if it opens anything now. */
  Optional<S3KeyFacts> find(String accessKeyId) {
    Instant now = clock.instant();
    return known.get(accessKeyId, this::load).flatMap(found -> facts(found, now));
  }

  /** Forgets one key, here at once and soon everywhere. */
  void forget(String accessKeyId) {
    known.invalidate(accessKeyId);
    signals.signal(TOPIC);
  }

  /** Forgets what an account may do. */
  void forget(AccountId owner) {
    known
        .asMap()
        .values()
        .removeIf(found -> found.filter(k -> k.owner().equals(owner)).isPresent());
    signals.signal(TOPIC);
  }

  /** Forgets everything whenever a server changed something; runs until interrupted. */
  void listen() throws InterruptedException {
    try (Signals.Subscription changes = signals.subscribe(TOPIC)) {
      while (!Thread.currentThread().isInterrupted()) {
        if (changes.await(PATIENCE)) {
          known.invalidateAll();
        }
      }
      throw new InterruptedException("stopped while listening for changes of keys");
    }
  }

  private Optional<Known> load(String accessKeyId) {
    return keys.find(accessKeyId)
        .flatMap(
            pair ->
                accounts
                    .find(pair.key().owner())
                    .map(a -> new Known(pair, a.state(), a.quotaBytes(), a.periodEnd())));
  }

  private Optional<S3KeyFacts> facts(Known found, Instant now) {
    S3Key key = found.pair().key();
    boolean active = found.state() == StorageAccount.State.ACTIVE;
    boolean provisioning = found.state() == StorageAccount.State.PROVISIONING && key.isInternal();
    boolean cleaning = active && key.isCleaner();
    boolean readable = active && now.isBefore(found.periodEnd().plus(grace));
    if (!provisioning && !cleaning && !readable) {
      return Optional.empty();
    }
    return Optional.of(
        new S3KeyFacts(
            key.id(),
            found.pair().secret(),
            key.owner(),
            key.owner().value(),
            found.quotaBytes(),
            provisioning || cleaning || now.isBefore(found.periodEnd())));
  }
}
