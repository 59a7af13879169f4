package dev.cloudlet.kernel.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@EveryMongo
class MongoUniquenessTest {
  private static final List<String> OF_FERRET =
      List.of(
          "a unique index lets a second document in whose list shares an element",
          "a change that a unique index forbids is not refused as a duplicate");

  private final TestMongo server;
  private final MongoConnection mongo;

  MongoUniquenessTest(TestPart part) {
    server = TestMongo.start(part);
    mongo = server.connect();
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }

  @Test
  void whatADatabaseLetsThroughIsFoundAtEachStart() {
    for (int start = 0; start < 2; start++) {
      assertThat(MongoUniqueness.shortcomings(mongo))
          .isEqualTo(server.isFerret() ? OF_FERRET : List.of());
    }
  }
}
