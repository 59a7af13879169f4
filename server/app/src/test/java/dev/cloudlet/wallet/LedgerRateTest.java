package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.testkit.EveryMongo;
import dev.cloudlet.testkit.TestMongo;
import dev.cloudlet.testkit.TestPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Prints how many single transfers 16 clients get done; runs when CLOUDLET_TEST_RATE is set. */
@EveryMongo
class LedgerRateTest {
  private static final int CLIENTS = 16;
  private static final int EACH = 1500;

  private final TestPart part;

  LedgerRateTest(TestPart part) {
    this.part = part;
  }

  @Test
  void sixteenClients() throws Exception {
    Assumptions.assumeTrue(
        System.getenv("CLOUDLET_TEST_RATE") != null, "CLOUDLET_TEST_RATE is not set");
    try (TestMongo database = TestMongo.start(part);
        MongoConnection mongo = database.connect();
        LedgerServer server = LedgerServer.on(new MongoLedgerStore(mongo))) {
      for (int i = 0; i < 50; i++) {
        server.ledger.credit(account(i), new TransferId("pay:sandbox:" + i), 1_000_000, "", "");
      }
      run(server, "warm-up", 50);
      for (int round = 0; round < 3; round++) {
        run(server, "uniform" + round, 50);
        run(server, "hot" + round, 1);
      }
      assertThat(server.conservation.prove().conserved()).isTrue();
    }
  }

  private static AccountId account(int number) {
    return new AccountId("usr_" + number);
  }

  private void run(LedgerServer server, String name, int accounts) throws Exception {
    long head = server.view.head().seq();
    long begun = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int seed = client;
        clients.add(
            () -> {
              Random random = new Random(seed);
              for (int i = 0; i < EACH; i++) {
                TransferId id = new TransferId("chg_" + name + "_" + seed + "_" + i);
                server.ledger.charge(account(random.nextInt(accounts)), id, 1, "sto", "Storage");
              }
              return null;
            });
      }
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    long batches = server.view.head().seq() - head;
    System.out.printf(
        "RATE %s %s: %.0f transfers/s, %.1f per batch%n",
        part, name, CLIENTS * EACH / seconds, (double) CLIENTS * EACH / batches);
  }
}
