package dev.cloudlet.kernel.mongo;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.result.DeleteResult;
import com.mongodb.client.result.UpdateResult;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.cloudlet.kernel.id.TypedId;
import java.util.List;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * One collection of records, with every operation awaited. Each method is one command, so each
 * write is atomic by itself; there is nothing here that spans documents. Writes throw {@link
 * DuplicateKeyException} when a unique key refuses them, {@link
 * dev.cloudlet.kernel.error.OutcomeUnknownException} when no answer came, and {@link
 * dev.cloudlet.kernel.error.UnavailableException} when nothing was sent.
 */
public final class MongoRecords<T extends Record> {
  /** No query gives more documents than this at once. */
  public static final int MAX_BATCH = 1000;

  private final MongoCollection<Document> collection;
  private final MongoRecordCodec<T> codec;
  private final MongoAwait await;
  private final String name;

  MongoRecords(MongoCollection<Document> collection, Class<T> type, MongoAwait await) {
    this.collection = collection;
    this.codec = MongoRecordCodec.of(type);
    this.await = await;
    this.name = collection.getNamespace().getCollectionName();
  }

  /** Adds a record. */
  public void insert(T record) {
    await.write("insert into " + name, collection.insertOne(codec.encode(record)));
  }

  /** Adds a record unless one with a key of it exists; says whether it was added. */
  public boolean insertIfAbsent(T record) {
    try {
      insert(record);
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  /** The record of that id. */
  public Optional<T> get(TypedId id) {
    return get(id.value());
  }

  /** The record of that id. */
  public Optional<T> get(String id) {
    return find(Filters.eq("_id", id));
  }

  /** The first record that satisfies {@code filter}. */
  public Optional<T> find(Bson filter) {
    // Not limit(1) alone: the driver would ask for batches of two billion, for which some servers
    // make room.
    return await.readOne("find in " + name, collection.find(filter).first()).map(codec::decode);
  }

  /** Up to {@code limit} (at most {@link #MAX_BATCH}) records in the order of {@code sort}. */
  public List<T> list(Bson filter, Bson sort, int limit) {
    if (limit < 1 || limit > MAX_BATCH) {
      throw new IllegalArgumentException(
          "a list takes 1 to " + MAX_BATCH + " records, not " + limit);
    }
    return await
        .read("list " + name, collection.find(filter).sort(sort).limit(limit).batchSize(limit))
        .stream()
        .map(codec::decode)
        .toList();
  }

  /** Changes at most one record that satisfies {@code filter}; says whether there was one. */
  public boolean update(Bson filter, Bson update) {
    return await
            .writeOne("update " + name, collection.updateOne(filter, update))
            .map(UpdateResult::getMatchedCount)
            .orElse(0L)
        > 0;
  }

  /** Changes the record that satisfies {@code filter}, or makes it. */
  public void upsert(Bson filter, Bson update) {
    await.write(
        "upsert in " + name,
        collection.updateOne(filter, update, new UpdateOptions().upsert(true)));
  }

  /** Changes at most one record and gives it as it is afterwards. */
  public Optional<T> updateAndGet(Bson filter, Bson update) {
    FindOneAndUpdateOptions after =
        new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER);
    return await
        .writeOne("update " + name, collection.findOneAndUpdate(filter, update, after))
        .map(codec::decode);
  }

  /** Changes or makes one record and gives it as it is afterwards. */
  public T upsertAndGet(Bson filter, Bson update) {
    FindOneAndUpdateOptions after =
        new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER).upsert(true);
    return await
        .writeOne("upsert in " + name, collection.findOneAndUpdate(filter, update, after))
        .map(codec::decode)
        .orElseThrow(() -> new IllegalStateException("an upsert gave no document in " + name));
  }

  /**
   * Puts {@code record} in the place of the one that satisfies {@code filter}; says whether there
   * was one.
   */
  public boolean replace(Bson filter, T record) {
    return await
            .writeOne(
                "replace in " + name,
                collection.replaceOne(filter, codec.encode(record), new ReplaceOptions()))
            .map(UpdateResult::getMatchedCount)
            .orElse(0L)
        > 0;
  }

  /** Removes at most one record; says whether there was one. */
  public boolean delete(Bson filter) {
    return await
            .writeOne("delete from " + name, collection.deleteOne(filter))
            .map(DeleteResult::getDeletedCount)
            .orElse(0L)
        > 0;
  }

  /** Removes every record that satisfies {@code filter}; says how many. For sweepers only. */
  public long deleteAll(Bson filter) {
    return await
        .writeOne("delete from " + name, collection.deleteMany(filter))
        .map(DeleteResult::getDeletedCount)
        .orElse(0L);
  }

  /**
   * What stands in a document for {@code value}: ids as text, instants as dates, enums as names,
   * records as documents.
   */
  public static Object stored(Object value) {
    Object encoded = MongoRecordCodec.encodeValue(value);
    if (encoded == null) {
      throw new IllegalArgumentException(
          "an empty Optional has no stored form: unset the field instead");
    }
    return encoded;
  }
}
