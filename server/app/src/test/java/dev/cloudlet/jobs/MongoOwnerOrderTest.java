package dev.cloudlet.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoOwnerOrder;
import dev.cloudlet.testkit.TestMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MongoOwnerOrderTest {
  private final TestMongo mongo = TestMongo.start();
  private final MongoConnection connection = mongo.connect();
  private final MongoOwnerOrder order = new MongoOwnerOrder(connection, "things");

  @AfterEach
  void close() {
    connection.close();
    mongo.close();
  }

  private List<String> all(String owner) {
    List<String> all = new ArrayList<>();
    List<String> page = order.before(owner, Optional.empty(), 3);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = order.before(owner, Optional.of(page.getLast()), 3);
    }
    return all;
  }

  @Test
  void thingsComeNewestFirstAndAnAppendThatIsRepeatedChangesNothing() {
    for (String thing : List.of("a", "b", "a", "c", "d", "b")) {
      order.append("anna", thing);
    }
    order.append("ben", "x");
    assertThat(all("anna")).containsExactly("d", "c", "b", "a");
    assertThat(all("ben")).containsExactly("x");
    assertThat(all("nobody")).isEmpty();
    assertThat(order.before("ben", Optional.of("d"), 3)).as("not ben's").isEmpty();
  }

  @Test
  void ofManyWhoAppendTheSameThingsAtOnceEachThingGetsOnePlace() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        String thing = "thing_" + i % 40;
        threads.submit(() -> order.append("anna", thing));
      }
    }
    // Where racers were refused numbers are missing, at times a whole page of them.
    assertThat(all("anna")).hasSize(40).doesNotHaveDuplicates();
  }
}
