package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageAccount.BucketMark;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Storage accounts in memory, for tests. Guarded by its monitor. */
public final class InMemoryStorageAccountStore implements StorageAccountStore {
  private final Map<String, StorageAccount> accounts = new TreeMap<>();

  @Override
  public synchronized boolean insert(StorageAccount account) {
    return accounts.putIfAbsent(account.id().value(), account) == null;
  }

  @Override
  public synchronized Optional<StorageAccount> find(AccountId owner) {
    return Optional.ofNullable(accounts.get(owner.value()));
  }

  @Override
  public synchronized boolean move(AccountId owner, String storageId, State from, State to) {
    return change(owner, standing(storageId, from), a -> with(a, to, a.periodEnd()));
  }

  @Override
  public synchronized boolean activate(AccountId owner, String storageId, Instant periodEnd) {
    return change(
        owner, standing(storageId, State.PROVISIONING), a -> with(a, State.ACTIVE, periodEnd));
  }

  @Override
  public synchronized boolean remove(AccountId owner, String storageId, State state) {
    boolean there = find(owner).filter(standing(storageId, state)).isPresent();
    if (there) {
      accounts.remove(owner.value());
    }
    return there;
  }

  @Override
  public synchronized boolean beginRenewal(AccountId owner, Renewal renewal) {
    return change(
        owner,
        a ->
            a.state() == State.ACTIVE
                && a.renewal().isEmpty()
                && !a.renewals().contains(renewal.extensionId()),
        a -> with(a, Optional.of(renewal), a.renewals(), a.periodEnd()));
  }

  @Override
  public synchronized boolean applyRenewal(
      AccountId owner, String renewalId, Instant presentEnd, Instant newEnd) {
    return change(
        owner,
        a -> renewing(a, renewalId) && a.periodEnd().equals(presentEnd),
        a -> {
          List<String> applied = new ArrayList<>(a.renewals());
          applied.add(renewalId);
          return with(a, Optional.empty(), applied, newEnd);
        });
  }

  @Override
  public synchronized boolean dropRenewal(AccountId owner, String renewalId) {
    return change(
        owner,
        a -> renewing(a, renewalId),
        a -> with(a, Optional.empty(), a.renewals(), a.periodEnd()));
  }

  @Override
  public synchronized boolean reserve(
      AccountId owner, String uploadId, Reservation room, long reservedLimit) {
    return change(
        owner,
        a ->
            a.state() == State.ACTIVE
                && a.reservedBytes() <= reservedLimit
                && !a.reservations().containsKey(uploadId),
        a -> {
          Map<String, Reservation> open = new LinkedHashMap<>(a.reservations());
          open.put(uploadId, room);
          return with(a, a.reservedBytes() + room.bytes(), open, a.buckets());
        });
  }

  @Override
  public synchronized boolean unreserve(AccountId owner, String uploadId, long bytes) {
    return change(
        owner,
        a -> a.reservations().containsKey(uploadId),
        a -> {
          Map<String, Reservation> open = new LinkedHashMap<>(a.reservations());
          open.remove(uploadId);
          return with(a, a.reservedBytes() - bytes, open, a.buckets());
        });
  }

  @Override
  public synchronized void markBucket(AccountId owner, String bucket, Optional<BucketMark> mark) {
    change(
        owner,
        a -> true,
        a -> {
          Map<String, BucketMark> buckets = new LinkedHashMap<>(a.buckets());
          mark.ifPresentOrElse(made -> buckets.put(bucket, made), () -> buckets.remove(bucket));
          return with(a, a.reservedBytes(), a.reservations(), buckets);
        });
  }

  @Override
  public synchronized List<StorageAccount> unfinished(int limit) {
    return accounts.values().stream()
        .filter(a -> a.state() != State.ACTIVE || a.renewal().isPresent())
        .limit(limit)
        .toList();
  }

  private boolean change(
      AccountId owner, Predicate<StorageAccount> condition, UnaryOperator<StorageAccount> change) {
    Optional<StorageAccount> found = find(owner).filter(condition);
    found.ifPresent(account -> accounts.put(owner.value(), change.apply(account)));
    return found.isPresent();
  }

  private static Predicate<StorageAccount> standing(String storageId, State state) {
    return a -> a.storageId().equals(storageId) && a.state() == state;
  }

  private static boolean renewing(StorageAccount account, String renewalId) {
    return account.renewal().filter(r -> r.extensionId().equals(renewalId)).isPresent();
  }

  private static StorageAccount with(StorageAccount a, State state, Instant periodEnd) {
    return new StorageAccount(
        a.id(),
        a.storageId(),
        state,
        a.sizeGb(),
        a.priceMinor(),
        periodEnd,
        a.createTime(),
        a.renewal(),
        a.renewals(),
        a.reservedBytes(),
        a.reservations(),
        a.buckets());
  }

  private static StorageAccount with(
      StorageAccount a, Optional<Renewal> renewal, List<String> renewals, Instant periodEnd) {
    return new StorageAccount(
        a.id(),
        a.storageId(),
        a.state(),
        a.sizeGb(),
        a.priceMinor(),
        periodEnd,
        a.createTime(),
        renewal,
        List.copyOf(renewals),
        a.reservedBytes(),
        a.reservations(),
        a.buckets());
  }

  private static StorageAccount with(
      StorageAccount a,
      long reservedBytes,
      Map<String, Reservation> reservations,
      Map<String, BucketMark> buckets) {
    return new StorageAccount(
        a.id(),
        a.storageId(),
        a.state(),
        a.sizeGb(),
        a.priceMinor(),
        a.periodEnd(),
        a.createTime(),
        a.renewal(),
        a.renewals(),
        reservedBytes,
        Map.copyOf(reservations),
        Map.copyOf(buckets));
  }
}
