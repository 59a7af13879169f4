package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any order of operations and repetitions, some by another server or after a restart, against a
 * model that is a few maps. The seed names the failing run.
 */
class LedgerModelTest {
  private static final int STEPS = 400;

  /** What the ledger should say, the simple way. */
  private static final class Model {
    final Map<String, Long> available = new HashMap<>();
    final Map<String, String> once = new HashMap<>();
    final Map<String, Long> open = new HashMap<>();
    final Map<String, String> owner = new HashMap<>();
    final Map<String, Long> settled = new HashMap<>();

    String move(String account, String id, long change, String content) {
      if (once.containsKey(id)) {
        return once.get(id).equals(content) ? "ok" : "REQUEST_ID_REUSED";
      }
      if (available.getOrDefault(account, 0L) + change < 0) {
        return "INSUFFICIENT_COINS";
      }
      once.put(id, content);
      available.merge(account, change, Long::sum);
      return "ok";
    }

    String hold(String account, String id, long minor) {
      if (settled.getOrDefault(id, 0L) == -1) {
        return "HOLD_SETTLED";
      }
      String answer = move(account, id, -minor, "hold " + account + minor);
      if (answer.equals("ok") && !owner.containsKey(id)) {
        open.put(id, minor);
        owner.put(id, account);
      }
      return answer;
    }

    String capture(String id, long share) {
      if (settled.getOrDefault(id, 0L) == -1) {
        return "HOLD_SETTLED";
      }
      if (!owner.containsKey(id)) {
        return "NOT_FOUND";
      }
      long minor = open.get(id) * share / 100;
      if (settled.containsKey(id)) {
        return settled.get(id) == minor ? "ok" : "HOLD_SETTLED";
      }
      settled.put(id, minor);
      available.merge(owner.get(id), open.get(id) - minor, Long::sum);
      return "ok";
    }

    String release(String id) {
      if (!owner.containsKey(id)) {
        settled.put(id, -1L);
        return "ok";
      }
      return capture(id, 0);
    }

    long held(String id) {
      return open.getOrDefault(id, 0L);
    }
  }

  private static String ended(Runnable call) {
    try {
      call.run();
      return "ok";
    } catch (PlatformException e) {
      return e.reason().name().replace("ERROR_REASON_", "");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233})
  void theLedgerSaysWhatTheModelSays(long seed) {
    Random random = new Random(seed);
    InMemoryLedgerStore store = new InMemoryLedgerStore();
    List<LedgerServer> servers =
        new ArrayList<>(List.of(LedgerServer.on(store), LedgerServer.on(store)));
    Model model = new Model();
    try {
      for (int step = 0; step < STEPS; step++) {
        int which = random.nextInt(2);
        if (random.nextInt(100) == 0) {
          servers.get(which).close();
          servers.set(which, LedgerServer.on(store));
        }
        runStep(random, servers.get(which).ledger, model, "seed " + seed + " step " + step);
      }
      for (String account : List.of("usr_0", "usr_1", "usr_2")) {
        for (LedgerServer server : servers) {
          assertThat(server.ledger.availableMinor(new AccountId(account)))
              .as("seed %d %s", seed, account)
              .isEqualTo(model.available.getOrDefault(account, 0L));
        }
      }
      assertThat(servers.getFirst().conservation.prove().conserved()).isTrue();
    } finally {
      servers.forEach(LedgerServer::close);
    }
    assertThat(new LedgerAudit(store).findings()).isEmpty();
  }

  private static void runStep(Random random, Ledger ledger, Model model, String where) {
    String account = "usr_" + random.nextInt(3);
    AccountId id = new AccountId(account);
    String name = Integer.toString(random.nextInt(60));
    long minor = 1 + random.nextInt(3) * 100L;
    String wanted;
    String got;
    switch (random.nextInt(5)) {
      case 0 -> {
        wanted = model.move(account, "pay:sandbox:" + name, minor, "credit " + account + minor);
        got = ended(() -> ledger.credit(id, "pay:sandbox:" + name, minor, "", ""));
      }
      case 1 -> {
        wanted = model.move(account, "chg_" + name, -minor, "charge " + account + minor);
        got = ended(() -> ledger.charge(id, "chg_" + name, minor, "", ""));
      }
      case 2 -> {
        wanted = model.hold(account, "hld_" + name, minor);
        got = ended(() -> ledger.hold(id, "hld_" + name, minor, "", ""));
      }
      case 3 -> {
        long share = random.nextInt(3) * 50L;
        long part = model.held("hld_" + name) * share / 100;
        wanted = model.capture("hld_" + name, share);
        got = ended(() -> ledger.capture("hld_" + name, part));
      }
      default -> {
        wanted = model.release("hld_" + name);
        got = ended(() -> ledger.release("hld_" + name));
      }
    }
    assertThat(got).as(where).isEqualTo(wanted);
  }
}
