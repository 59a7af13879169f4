package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/**
 * Any order of operations and repetitions, by two servers that may start anew at any time, against
 * a model. A failure is shrunk to the few steps that show it.
 */
class LedgerPropertyTest {
  private static final List<String> ACCOUNTS = List.of("usr_0", "usr_1", "usr_2");

  private enum Kind {
    CREDIT,
    CHARGE,
    REFUND,
    HOLD,
    CAPTURE,
    RELEASE
  }

  /**
   * One call. Names are few, so many calls repeat another one, with the same content or not.
   *
   * @param share of the held amount, in percent
   * @param afterRestart whether the server that is asked has just started
   */
  private record Step(
      Kind kind,
      String account,
      int name,
      long minor,
      long share,
      int server,
      boolean afterRestart) {
    String answer(Ledger ledger, LedgerModel model) {
      AccountId owner = new AccountId(account);
      return switch (kind) {
        case CREDIT ->
            ended(() -> ledger.credit(owner, new TransferId("pay:sandbox:" + name), minor, "", ""));
        case CHARGE ->
            ended(() -> ledger.charge(owner, new TransferId("chg_" + name), minor, "", ""));
        case REFUND ->
            ended(() -> ledger.refund(owner, new TransferId("rfd_" + name), minor, "", ""));
        case HOLD -> ended(() -> ledger.hold(owner, new HoldId("hld_" + name), minor, "", ""));
        case CAPTURE -> {
          long part = model.held("hld_" + name) * share / 100;
          yield ended(() -> ledger.capture(new HoldId("hld_" + name), part));
        }
        case RELEASE -> ended(() -> ledger.release(new HoldId("hld_" + name)));
      };
    }

    String expected(LedgerModel model) {
      String content = kind + account + minor;
      return switch (kind) {
        case CREDIT -> model.move(account, "pay:sandbox:" + name, minor, content);
        case CHARGE -> model.move(account, "chg_" + name, -minor, content);
        case REFUND -> model.move(account, "rfd_" + name, minor, content);
        case HOLD -> model.hold(account, "hld_" + name, minor);
        case CAPTURE -> model.capture("hld_" + name, share);
        case RELEASE -> model.release("hld_" + name);
      };
    }
  }

  @Provide
  Arbitrary<List<Step>> histories() {
    Arbitrary<Step> step =
        Combinators.combine(
                Arbitraries.of(Kind.class),
                Arbitraries.of(ACCOUNTS),
                Arbitraries.integers().between(0, 15),
                Arbitraries.of(1L, 101L, 201L),
                Arbitraries.of(0L, 50L, 100L),
                Arbitraries.integers().between(0, 1),
                Arbitraries.frequencyOf(
                    Tuple.of(1, Arbitraries.just(true)), Tuple.of(60, Arbitraries.just(false))))
            .as(Step::new);
    return step.list()
        .ofMinSize(1)
        .ofMaxSize(300)
        .withSizeDistribution(RandomDistribution.uniform());
  }

  // Edge cases of a history are single calls; long ones are what finds something.
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void theLedgerSaysWhatTheModelSaysAndCoinsAreConserved(@ForAll("histories") List<Step> history) {
    InMemoryLedgerStore store = new InMemoryLedgerStore();
    List<LedgerServer> servers =
        new ArrayList<>(List.of(LedgerServer.on(store), LedgerServer.on(store)));
    LedgerModel model = new LedgerModel();
    try {
      for (Step step : history) {
        if (step.afterRestart()) {
          servers.get(step.server()).close();
          servers.set(step.server(), LedgerServer.on(store));
        }
        // The model's capture depends on what is held before the step.
        String got = step.answer(servers.get(step.server()).ledger, model);
        assertThat(got).as("%s", step).isEqualTo(step.expected(model));
      }
      servers.add(LedgerServer.on(store));
      for (LedgerServer server : servers) {
        assertBalances(server, model);
      }
      assertThat(servers.getLast().conservation.prove().conserved()).isTrue();
    } finally {
      servers.forEach(LedgerServer::close);
    }
    assertThat(new LedgerAudit(store).findings()).isEmpty();
  }

  private static void assertBalances(LedgerServer server, LedgerModel model) {
    for (String account : ACCOUNTS) {
      assertThat(server.ledger.availableMinor(new AccountId(account)))
          .as(account)
          .isNotNegative()
          .isEqualTo(model.available.getOrDefault(account, 0L));
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
}
