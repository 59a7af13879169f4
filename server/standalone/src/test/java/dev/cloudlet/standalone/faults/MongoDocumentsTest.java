package dev.cloudlet.standalone.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.cloudlet.jobs.Job;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/**
 * What the convergence suite waits for before it counts: a look that missed it would never fail.
 */
@EveryMongo
class MongoDocumentsTest {
  private final TestMongo mongo;
  private final MongoClient client;
  private final MongoDocuments documents;

  MongoDocumentsTest(TestPart part) {
    mongo = TestMongo.start(part);
    client = MongoClients.create(mongo.uri().reveal());
    documents = new MongoDocuments(mongo);
  }

  @AfterEach
  void close() {
    documents.close();
    client.close();
    mongo.close();
  }

  @ParameterizedTest
  @CsvSource({
    "QUEUED, false, false",
    "RUNNING, false, false",
    "CANCELLING, false, true",
    "SUCCEEDED, false, true",
    "FAILED, false, true",
    "CANCELLED, false, true",
    "SUCCEEDED, true, false",
    "FAILED, true, false",
    "CANCELLED, true, false"
  })
  void tellsJobsThatAreEnding(Job.State state, boolean settled, boolean ending) {
    Mono.from(
            client
                .getDatabase(mongo.database())
                .getCollection("jobs")
                .insertOne(new Document("state", state.name()).append("settled", settled)))
        .block();
    assertThat(documents.jobsAreEnding()).isEqualTo(ending);
    assertThat(Arrays.stream(Job.class.getRecordComponents()).map(RecordComponent::getName))
        .as("the fields by which they are found")
        .contains("state", "settled");
  }
}
