package dev.cloudlet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.conversions.Bson;
import reactor.core.publisher.Mono;

/** What every server of the protocol owes: a change is seen whole or not at all. */
public final class WholeAnswers {
  private static final int FIELDS = 40;
  private static final int CALLERS = 4;
  private static final Duration TIME = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Bson ONE = Filters.eq("_id", "one");

  private WholeAnswers() {}

  /** Changes all fields of one document again and again, and looks at it meanwhile. */
  public static void check(String uri) throws Exception {
    try (MongoClient client = MongoClients.create(uri);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      MongoCollection<Document> documents = client.getDatabase("whole").getCollection("answers");
      Mono.from(documents.insertOne(new Document("_id", "one"))).block(PATIENCE);
      AtomicInteger numbers = new AtomicInteger();
      long end = System.nanoTime() + TIME.toNanos();
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        all.add(callers.submit(() -> change(documents, numbers, end)));
        all.add(callers.submit(() -> look(documents, end)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void change(MongoCollection<Document> documents, AtomicInteger numbers, long end) {
    FindOneAndUpdateOptions after =
        new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER);
    while (System.nanoTime() < end) {
      int number = numbers.incrementAndGet();
      List<Bson> changes = new ArrayList<>();
      for (int field = 0; field < FIELDS; field++) {
        changes.add(Updates.set("f" + field, number));
      }
      // A document that gains and loses fields.
      changes.add(number % 2 == 0 ? Updates.set("odd", number) : Updates.unset("odd"));
      requireWhole(
          Mono.from(documents.findOneAndUpdate(ONE, Updates.combine(changes), after))
              .blockOptional(PATIENCE)
              .orElseThrow());
    }
  }

  private static void look(MongoCollection<Document> documents, long end) {
    while (System.nanoTime() < end) {
      requireWhole(Mono.from(documents.find(ONE).first()).blockOptional(PATIENCE).orElseThrow());
    }
  }

  private static void requireWhole(Document document) {
    for (int field = 1; field < FIELDS; field++) {
      assertThat(document.get("f" + field)).isEqualTo(document.get("f0"));
    }
  }
}
