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
