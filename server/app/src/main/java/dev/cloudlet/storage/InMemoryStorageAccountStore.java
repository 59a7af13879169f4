package dev.cloudlet.storage;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.storage.StorageAccount.BucketMark;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.RenewalStage;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Storage accounts in memory, for tests. Guarded by its monitor. */
final class InMemoryStorageAccountStore implements StorageAccountStore {
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
  public synchronized boolean move(AccountId owner, StorageId storageId, State from, State to) {
    return change(owner, standing(storageId, from), a -> Changed.of(a).state(to).account());
  }

  @Override
  public synchronized boolean activate(AccountId owner, StorageId storageId, Period period) {
    return change(
        owner,
        standing(storageId, State.CAPTURING),
        a -> Changed.of(a).state(State.ACTIVE).work(Optional.empty()).period(period).account());
  }

  @Override
  public synchronized boolean remove(AccountId owner, StorageId storageId, State state) {
    boolean there = find(owner).filter(standing(storageId, state)).isPresent();
    if (there) {
      accounts.remove(owner.value());
    }
    return there;
  }

  @Override
  public synchronized boolean beginRenewal(AccountId owner, Renewal renewal, Instant workTime) {
    return change(
        owner,
        a ->
            a.state() == State.ACTIVE
                && a.renewal().isEmpty()
                && !a.renewals().contains(renewal.extensionId()),
        a ->
            Changed.of(a)
                .renewal(Optional.of(renewal), a.renewals())
                .work(Optional.of(workTime))
                .account());
  }

  @Override
  public synchronized boolean moveRenewal(
      AccountId owner, ExtensionId renewalId, RenewalStage from, RenewalStage to) {
    return change(
        owner,
        a -> renewing(a, renewalId, from),
        a ->
            Changed.of(a)
                .renewal(
                    a.renewal()
                        .map(r -> new Renewal(r.extensionId(), r.priceMinor(), r.createTime(), to)),
                    a.renewals())
                .account());
  }

  @Override
  public synchronized boolean applyRenewal(
      AccountId owner, ExtensionId renewalId, Instant presentEnd, Period next) {
    return change(
        owner,
        a -> renewing(a, renewalId, RenewalStage.CAPTURING) && a.periodEnd().equals(presentEnd),
        a -> {
          List<ExtensionId> applied = new ArrayList<>(a.renewals());
          applied.add(renewalId);
          return Changed.of(a)
              .renewal(Optional.empty(), applied)
              .work(Optional.empty())
              .period(next)
              .account();
        });
  }

  @Override
  public synchronized boolean dropRenewal(AccountId owner, ExtensionId renewalId) {
    return change(
        owner,
        a -> renewing(a, renewalId, RenewalStage.REFUNDING),
        a ->
            Changed.of(a).renewal(Optional.empty(), a.renewals()).work(Optional.empty()).account());
  }

  @Override
  public synchronized boolean reserve(
      AccountId owner, UploadId uploadId, Reservation room, long reservedLimit) {
    return change(
        owner,
        a ->
            a.state() == State.ACTIVE
                && a.reservedBytes() <= reservedLimit
                && !a.reservations().containsKey(uploadId),
        a -> {
          Map<UploadId, Reservation> open = new LinkedHashMap<>(a.reservations());
          open.put(uploadId, room);
          return Changed.of(a).rooms(a.reservedBytes() + room.bytes(), open).account();
        });
  }

  @Override
  public synchronized boolean unreserve(AccountId owner, UploadId uploadId, long bytes) {
    return change(
        owner,
        a -> a.reservations().containsKey(uploadId),
        a -> {
          Map<UploadId, Reservation> open = new LinkedHashMap<>(a.reservations());
          open.remove(uploadId);
          return Changed.of(a).rooms(a.reservedBytes() - bytes, open).account();
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
          return Changed.of(a).buckets(buckets).account();
        });
  }

  @Override
  public synchronized List<StorageAccount> unfinished(Instant now, int limit) {
    return due(StorageAccount::workTime, now, limit);
  }

  @Override
  public synchronized void postponeWork(AccountId owner, Instant seen, Instant next) {
    change(
        owner,
        a -> a.workTime().equals(Optional.of(seen)),
        a -> Changed.of(a).work(Optional.of(next)).account());
  }

  @Override
  public synchronized List<StorageAccount> noticesDue(Instant now, int limit) {
    return due(StorageAccount::noticeTime, now, limit);
  }

  @Override
  public synchronized boolean planNotice(AccountId owner, Instant seen, Optional<Instant> next) {
    return change(
        owner,
        a -> a.noticeTime().equals(Optional.of(seen)),
        a -> Changed.of(a).period(new Period(a.periodEnd(), next)).account());
  }

  private List<StorageAccount> due(
      Function<StorageAccount, Optional<Instant>> time, Instant now, int limit) {
    return accounts.values().stream()
        .filter(a -> time.apply(a).filter(at -> !at.isAfter(now)).isPresent())
        .sorted(Comparator.comparing(a -> time.apply(a).orElseThrow()))
        .limit(limit)
        .toList();
  }

  private boolean change(
      AccountId owner, Predicate<StorageAccount> condition, UnaryOperator<StorageAccount> change) {
    Optional<StorageAccount> found = find(owner).filter(condition);
    found.ifPresent(account -> accounts.put(owner.value(), change.apply(account)));
    return found.isPresent();
  }

  private static Predicate<StorageAccount> standing(StorageId storageId, State state) {
    return a -> a.storageId().equals(storageId) && a.state() == state;
  }

  private static boolean renewing(
      StorageAccount account, ExtensionId renewalId, RenewalStage stage) {
    return account
        .renewal()
        .filter(r -> r.extensionId().equals(renewalId) && r.stage() == stage)
        .isPresent();
  }

  /** An account with some of its parts replaced. */
  private record Changed(StorageAccount account) {
    static Changed of(StorageAccount account) {
      return new Changed(account);
    }

    Changed state(State state) {
      StorageAccount a = account;
      return with(state, new Period(a.periodEnd(), a.noticeTime()), a.workTime());
    }

    Changed period(Period period) {
      return with(account.state(), period, account.workTime());
    }

    Changed work(Optional<Instant> time) {
      StorageAccount a = account;
      return with(a.state(), new Period(a.periodEnd(), a.noticeTime()), time);
    }

    private Changed with(State state, Period period, Optional<Instant> work) {
      StorageAccount a = account;
      return new Changed(
          new StorageAccount(
              a.id(),
              a.storageId(),
              state,
              a.sizeGb(),
              a.priceMinor(),
              period.end(),
              a.createTime(),
              work,
              period.noticeTime(),
              a.renewal(),
              a.renewals(),
              a.reservedBytes(),
              a.reservations(),
              a.buckets()));
    }

    Changed renewal(Optional<Renewal> renewal, List<ExtensionId> renewals) {
      StorageAccount a = account;
      return parts(renewal, renewals, a.reservedBytes(), a.reservations(), a.buckets());
    }

    Changed rooms(long reservedBytes, Map<UploadId, Reservation> reservations) {
      StorageAccount a = account;
      return parts(a.renewal(), a.renewals(), reservedBytes, reservations, a.buckets());
    }

    Changed buckets(Map<String, BucketMark> buckets) {
      StorageAccount a = account;
      return parts(a.renewal(), a.renewals(), a.reservedBytes(), a.reservations(), buckets);
    }

    private Changed parts(
        Optional<Renewal> renewal,
        List<ExtensionId> renewals,
        long reservedBytes,
        Map<UploadId, Reservation> reservations,
        Map<String, BucketMark> buckets) {
      StorageAccount a = account;
      return new Changed(
          new StorageAccount(
              a.id(),
              a.storageId(),
              a.state(),
              a.sizeGb(),
              a.priceMinor(),
              a.periodEnd(),
              a.createTime(),
              a.workTime(),
              a.noticeTime(),
              renewal,
              List.copyOf(renewals),
              reservedBytes,
              Map.copyOf(reservations),
              Map.copyOf(buckets)));
    }
  }
}
