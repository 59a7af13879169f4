package dev.cloudlet.storage;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Filters.or;
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
import dev.cloudlet.storage.StorageAccount.Renewal;
import dev.cloudlet.storage.StorageAccount.Reservation;
import dev.cloudlet.storage.StorageAccount.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/** Storage accounts in MongoDB, collection {@code storage_accounts}. */
public final class MongoStorageAccountStore implements StorageAccountStore {
  private static final int REMEMBERED_RENEWALS = 20;

  private final MongoRecords<StorageAccount> accounts;

  public MongoStorageAccountStore(MongoConnection mongo) {
    this.accounts =
        mongo.records(
            "storage_accounts",
            StorageAccount.class,
            MongoIndex.of("state", "state"),
            new MongoIndex("renewal", List.of("renewal.extensionId"), false, true));
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
  public boolean move(AccountId owner, String storageId, State from, State to) {
    return accounts.update(standing(owner, storageId, from), set("state", to.name()));
  }

  @Override
  public boolean activate(AccountId owner, String storageId, Instant periodEnd) {
    return accounts.update(
        standing(owner, storageId, State.PROVISIONING),
        combine(
            set("state", State.ACTIVE.name()), set("periodEnd", MongoRecords.stored(periodEnd))));
  }

  @Override
  public boolean remove(AccountId owner, String storageId, State state) {
    return accounts.delete(standing(owner, storageId, state));
  }

  @Override
  public boolean beginRenewal(AccountId owner, Renewal renewal) {
    return accounts.update(
        and(
            of(owner),
            eq("state", State.ACTIVE.name()),
            exists("renewal", false),
            ne("renewals", renewal.extensionId())),
        set("renewal", MongoRecords.stored(renewal)));
  }

  @Override
  public boolean applyRenewal(
      AccountId owner, String renewalId, Instant presentEnd, Instant newEnd) {
    return accounts.update(
        and(
            of(owner),
            eq("renewal.extensionId", renewalId),
            eq("periodEnd", MongoRecords.stored(presentEnd))),
        combine(
            set("periodEnd", MongoRecords.stored(newEnd)),
            unset("renewal"),
            pushEach(
                "renewals", List.of(renewalId), new PushOptions().slice(-REMEMBERED_RENEWALS))));
  }

  @Override
  public boolean dropRenewal(AccountId owner, String renewalId) {
    return accounts.update(and(of(owner), eq("renewal.extensionId", renewalId)), unset("renewal"));
  }

  @Override
  public boolean reserve(AccountId owner, String uploadId, Reservation room, long reservedLimit) {
    return accounts.update(
        and(
            of(owner),
            eq("state", State.ACTIVE.name()),
            lte("reservedBytes", reservedLimit),
            exists("reservations." + uploadId, false)),
        combine(
            set("reservations." + uploadId, MongoRecords.stored(room)),
            inc("reservedBytes", room.bytes())));
  }

  @Override
  public boolean unreserve(AccountId owner, String uploadId, long bytes) {
    return accounts.update(
        and(of(owner), exists("reservations." + uploadId, true)),
        combine(unset("reservations." + uploadId), inc("reservedBytes", -bytes)));
  }

  @Override
  public void markBucket(AccountId owner, String bucket, Optional<BucketMark> mark) {
    accounts.update(
        of(owner),
        mark.map(made -> set("buckets." + bucket, MongoRecords.stored(made)))
            .orElseGet(() -> unset("buckets." + bucket)));
  }

  @Override
  public List<StorageAccount> unfinished(int limit) {
    return accounts.list(
        or(ne("state", State.ACTIVE.name()), exists("renewal", true)),
        Sorts.ascending("_id"),
        limit);
  }

  private static Bson of(AccountId owner) {
    return eq("_id", owner.value());
  }

  private static Bson standing(AccountId owner, String storageId, State state) {
    return and(of(owner), eq("storageId", storageId), eq("state", state.name()));
  }
}
