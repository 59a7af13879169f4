package dev.cloudlet.standalone.embedded;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.bson.Document;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One collection with a unique field {@code key}, through the real driver, one blocking call at a
 * time.
 */
final class MongoProbe implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final MongoClient client;
  private final MongoCollection<Document> items;

  MongoProbe(String uri) {
    client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .applyToClusterSettings(c -> c.serverSelectionTimeout(2, TimeUnit.SECONDS))
                .build());
    items = client.getDatabase("probe").getCollection("items");
  }

  void declareUniqueKey() {
    Mono.from(
            items.createIndex(
                Indexes.ascending("key"), new IndexOptions().unique(true).sparse(true)))
        .block(PATIENCE);
  }

  void insert(String id, String key, String payload) {
    Document document = new Document("_id", id).append("key", key).append("payload", payload);
    Mono.from(items.insertOne(document)).block(PATIENCE);
  }

  void rewrite(String id, String payload) {
    Mono.from(items.updateOne(Filters.eq("_id", id), Updates.set("payload", payload)))
        .block(PATIENCE);
  }

  /** Changes the payload if it is {@code expected}; says whether. */
  boolean rewriteIf(String id, String expected, String payload) {
    return Mono.from(
                items.updateOne(
                    Filters.and(Filters.eq("payload", expected), Filters.eq("_id", id)),
                    Updates.set("payload", payload)))
            .blockOptional(PATIENCE)
            .orElseThrow()
            .getModifiedCount()
        == 1;
  }

  /** Adds {@code count} documents with ids {@code prefix0}, {@code prefix1}... and one payload. */
  void insertMany(String prefix, int count, String payload) {
    List<Document> documents =
        IntStream.range(0, count)
            .mapToObj(i -> new Document("_id", prefix + i).append("payload", payload))
            .toList();
    Mono.from(items.insertMany(documents)).block(PATIENCE);
  }

  long removeAll(List<String> ids, String payload) {
    return Mono.from(
            items.deleteMany(Filters.and(Filters.in("_id", ids), Filters.eq("payload", payload))))
        .blockOptional(PATIENCE)
        .orElseThrow()
        .getDeletedCount();
  }

  Optional<Document> byId(String id) {
    return Mono.from(items.find(Filters.eq("_id", id)).first()).blockOptional(PATIENCE);
  }

  Optional<Document> byKey(String key) {
    return Mono.from(items.find(Filters.eq("key", key)).first()).blockOptional(PATIENCE);
  }

  List<Document> all() {
    return Flux.from(items.find()).collectList().blockOptional(PATIENCE).orElse(List.of());
  }

  @Override
  public void close() {
    client.close();
  }
}
