package dev.cloudlet.wallet;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.mongo.DuplicateKeyException;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;

/**
 * The ledger in MongoDB. Every query but {@link #listAccounts} is an equality on {@code _id} or on
 * the unique index of transfer ids, which is what the embedded server does fast.
 */
final class MongoLedgerStore implements LedgerStore {
  private static final String TRANSFER_ID = "transfers._id";

  private final MongoRecords<Batch> journal;
  private final MongoRecords<AccountState> accounts;
  private final MongoRecords<EntryChunk> chunks;
  private final MongoRecords<Checkpoint> checkpoints;

  record Checkpoint(String id, long seq) {
    static final String ID = "journal";
  }

  MongoLedgerStore(MongoConnection mongo) {
    // Unique over all batches; within one batch the writer keeps ids apart.
    journal =
        mongo.records(
            "ledger_journal", Batch.class, MongoIndex.unique("transfer_ids", TRANSFER_ID));
    accounts = mongo.records("ledger_accounts", AccountState.class);
    chunks = mongo.records("ledger_chunks", EntryChunk.class);
    checkpoints = mongo.records("ledger_checkpoint", Checkpoint.class);
  }

  @Override
  public boolean append(Batch batch) {
    return journal.insertIfAbsent(batch);
  }

  @Override
  public Optional<Batch> findBatch(long seq) {
    return journal.get(Batch.idOf(seq));
  }

  @Override
  public Optional<Transfer> findTransfer(TransferId id) {
    return journal
        .find(Filters.eq(TRANSFER_ID, id.value()))
        .flatMap(
            batch -> batch.transfers().stream().filter(each -> each.id().equals(id)).findFirst());
  }

  @Override
  public Optional<AccountState> findAccount(LedgerAccountId account) {
    return accounts.get(account);
  }

  @Override
  public boolean saveAccount(AccountState state, long expectedSeq) {
    return expectedSeq == 0
        ? accounts.insertIfAbsent(state)
        : accounts.replace(
            Filters.and(Filters.eq("_id", state.id().value()), Filters.eq("seq", expectedSeq)),
            state);
  }

  @Override
  public List<AccountState> listAccounts(Optional<LedgerAccountId> after, int limit) {
    Bson above = after.map(id -> Filters.gt("_id", id.value())).orElseGet(Filters::empty);
    return accounts.list(above, Sorts.ascending("_id"), limit);
  }

  @Override
  public Optional<EntryChunk> findChunk(LedgerAccountId account, long number) {
    return chunks.get(EntryChunkId.of(account, number));
  }

  @Override
  public void saveChunk(EntryChunk chunk) {
    if (!chunks.insertIfAbsent(chunk)) {
      chunks.get(chunk.id()).ifPresent(chunk::requireSame);
    }
  }

  @Override
  public long checkpoint() {
    return checkpoints.get(Checkpoint.ID).map(Checkpoint::seq).orElse(0L);
  }

  @Override
  public void advanceCheckpoint(long seq) {
    try {
      checkpoints.upsert(Filters.eq("_id", Checkpoint.ID), Updates.max("seq", seq));
    } catch (DuplicateKeyException e) {
      // Another server made the document at the same moment: now it is there to be changed.
      checkpoints.update(Filters.eq("_id", Checkpoint.ID), Updates.max("seq", seq));
    }
  }
}
