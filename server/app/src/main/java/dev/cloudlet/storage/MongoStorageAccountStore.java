package dev.cloudlet.storage;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.pushEach;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.client.model.PushOptions;
import com.mongodb.client.model.Sorts;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import dev.cloudlet.storage.StorageAccount.BucketMark;
import dev.cloudlet.storage.StorageAccount.Period;
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.RenewalStage;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Storage accounts in MongoDB, collection {@code storage_accounts}. */
final class MongoStorageAccountStore implements StorageAccountStore {
  private static final int REMEMBERED_RENEWALS = 20;

  private final MongoRecords<StorageAccount> accounts;

  MongoStorageAccountStore(MongoConnection mongo) {
    this.accounts =
        mongo.records(
            "storage_accounts",
            StorageAccount.class,
            new MongoIndex("work", List.of("workTime"), false, true),
            new MongoIndex("notice", List.of("noticeTime"), false, true));
  }

  @Override
  public boolean insert(StorageAccount account) {
    return accounts.insertIfAbsent(account);
  }

  @Override
  public Optional<StorageAccount> find(AccountId owner) {
    return accounts.get(owner);
  }

  @Override
  public boolean move(AccountId owner, StorageId storageId, State from, State to) {
    return accounts.update(standing(owner, storageId, from), set("state", to.name()));
  }

  @Override
  public boolean activate(AccountId owner, StorageId storageId, Period period) {
    return accounts.update(
        standing(owner, storageId, State.CAPTURING),
        combine(set("state", State.ACTIVE.name()), unset("workTime"), paid(period)));
  }

  private static Bson paid(Period period) {
    return combine(
        set("periodEnd", MongoRecords.stored(period.end())), notice(period.noticeTime()));
  }

  private static Bson notice(Optional<Instant> time) {
    return time.map(at -> set("noticeTime", MongoRecords.stored(at)))
        .orElseGet(() -> unset("noticeTime"));
  }

  @Override
  public boolean remove(AccountId owner, StorageId storageId, State state) {
    return accounts.delete(standing(owner, storageId, state));
  }

  @Override
  public boolean beginRenewal(AccountId owner, Renewal renewal, Instant workTime) {
    return accounts.update(
        and(
            of(owner),
            eq("state", State.ACTIVE.name()),
            exists("renewal", false),
            ne("renewals", renewal.extensionId().value())),
        combine(
            set("renewal", MongoRecords.stored(renewal)),
            set("workTime", MongoRecords.stored(workTime))));
  }

  @Override
  public boolean moveRenewal(
      AccountId owner, ExtensionId renewalId, RenewalStage from, RenewalStage to) {
    return accounts.update(renewing(owner, renewalId, from), set("renewal.stage", to.name()));
  }

  @Override
  public boolean applyRenewal(
      AccountId owner, ExtensionId renewalId, Instant presentEnd, Period next) {
    return accounts.update(
        and(
            renewing(owner, renewalId, RenewalStage.CAPTURING),
            eq("periodEnd", MongoRecords.stored(presentEnd))),
        combine(
            paid(next),
            unset("renewal"),
            unset("workTime"),
            pushEach(
                "renewals",
                List.of(renewalId.value()),
                new PushOptions().slice(-REMEMBERED_RENEWALS))));
  }

  @Override
  public boolean dropRenewal(AccountId owner, ExtensionId renewalId) {
    return accounts.update(
        renewing(owner, renewalId, RenewalStage.REFUNDING),
        combine(unset("renewal"), unset("workTime")));
  }

  @Override
  public boolean reserve(AccountId owner, UploadId uploadId, Reservation room, long reservedLimit) {
    return accounts.update(
        and(
            of(owner),
            eq("state", State.ACTIVE.name()),
            lte("reservedBytes", reservedLimit),
            exists(roomOf(uploadId), false)),
        combine(
            set(roomOf(uploadId), MongoRecords.stored(room)), inc("reservedBytes", room.bytes())));
  }

  private static String roomOf(UploadId uploadId) {
    return "reservations." + uploadId.value();
  }

  @Override
  public boolean unreserve(AccountId owner, UploadId uploadId, long bytes) {
    return accounts.update(
        and(of(owner), exists(roomOf(uploadId), true)),
        combine(unset(roomOf(uploadId)), inc("reservedBytes", -bytes)));
  }

  @Override
  public void markBucket(AccountId owner, String bucket, Optional<BucketMark> mark) {
    accounts.update(
        of(owner),
        mark.map(made -> set("buckets." + bucket, MongoRecords.stored(made)))
            .orElseGet(() -> unset("buckets." + bucket)));
  }

  @Override
  public List<StorageAccount> unfinished(Instant now, int limit) {
    return accounts.list(
        lte("workTime", MongoRecords.stored(now)), Sorts.ascending("workTime"), limit);
  }

  @Override
  public void postponeWork(AccountId owner, Instant seen, Instant next) {
    accounts.update(
        and(of(owner), eq("workTime", MongoRecords.stored(seen))),
        set("workTime", MongoRecords.stored(next)));
  }

  @Override
  public List<StorageAccount> noticesDue(Instant now, int limit) {
    return accounts.list(
        lte("noticeTime", MongoRecords.stored(now)), Sorts.ascending("noticeTime"), limit);
  }

  @Override
  public boolean planNotice(AccountId owner, Instant seen, Optional<Instant> next) {
    return accounts.update(
        and(of(owner), eq("noticeTime", MongoRecords.stored(seen))), notice(next));
  }

  private static Bson of(AccountId owner) {
    return eq("_id", owner.value());
  }

  private static Bson standing(AccountId owner, StorageId storageId, State state) {
    return and(of(owner), eq("storageId", storageId.value()), eq("state", state.name()));
  }

  private static Bson renewing(AccountId owner, ExtensionId renewalId, RenewalStage stage) {
    return and(
        of(owner), eq("renewal.extensionId", renewalId.value()), eq("renewal.stage", stage.name()));
  }
}
