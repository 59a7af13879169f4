package dev.cloudlet.bench.ledger;

import dev.cloudlet.bench.harness.Cpu;
import dev.cloudlet.bench.harness.Goal;
import dev.cloudlet.bench.harness.Ground;
import dev.cloudlet.bench.harness.Pair;
import dev.cloudlet.bench.harness.Result;
import dev.cloudlet.bench.harness.Row;
import dev.cloudlet.bench.harness.Sample;
import dev.cloudlet.bench.harness.Side;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.PricingConfig;
import dev.cloudlet.wallet.TransferId;
import dev.cloudlet.wallet.WalletApi;
import dev.cloudlet.wallet.WalletModule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** f1 and f2: payments of 16 callers at once, by many payers and by one. */
public final class LedgerRow implements Row {
  private static final int CALLERS = 16;
  private static final int ACCOUNTS = 400;
  private static final int PAYMENTS = 2_000;
  private static final long FUNDS = 1_000_000_000;

  /** The rows. */
  public LedgerRow() {}

  @Override
  public List<String> names() {
    return List.of("f1", "f2");
  }

  @Override
  public List<Result> measure(int rounds) throws Exception {
    try (Ground ground = new Ground();
        PostgresPeer postgres = new PostgresPeer(CALLERS, ACCOUNTS, PAYMENTS)) {
      WalletApi wallet =
          WalletModule.create(ground.foundation(), PricingConfig.defaults()).wallet();
      Ours ours = new Ours(wallet, ground);
      ours.fund();
      Side many = ours.paying(number -> number % ACCOUNTS);
      Side one = ours.paying(number -> 0);
      Pair uniform = Pair.measure(many, postgres.uniform(), rounds);
      Pair hot = Pair.measure(one, many, rounds);
      Pair hotPeer = Pair.measure(one, postgres.hot(), rounds);
      ours.requireConserved();
      return List.of(
          result("f1", "payments of 400 accounts : PostgreSQL", uniform, 1.0, ground),
          result("f2", "one hot account : our own many accounts", hot, 0.8, ground),
          result("f2", "one hot account : PostgreSQL, one hot account", hotPeer, 1.0, ground));
    }
  }

  private static Result result(String row, String what, Pair pair, double goal, Ground ground) {
    return new Result(
        row,
        what,
        pair.ratio(Sample::rate),
        Goal.atLeast(goal),
        pair.details() + ", " + ground.parts());
  }

  /** The wallet, paid from by many callers at once. */
  private static final class Ours {
    private final WalletApi wallet;
    private final Ground ground;
    private long paid;

    Ours(WalletApi wallet, Ground ground) {
      this.wallet = wallet;
      this.ground = ground;
    }

    private static AccountId account(int number) {
      return new AccountId(AccountId.PREFIX + "_bench" + number);
    }

    private String id(String prefix) {
      return ground.foundation().ids().next(prefix);
    }

    void fund() throws Exception {
      each(
          ACCOUNTS,
          number ->
              wallet.credit(
                  account(number),
                  TransferId.payment("bench", id(HoldId.PREFIX)),
                  FUNDS,
                  "bench",
                  "funds"));
    }

    Side paying(IntUnaryOperator payer) {
      return () -> {
        double cpu = Cpu.ofThisProcess();
        long begun = System.nanoTime();
        each(
            PAYMENTS,
            number ->
                wallet.charge(
                    account(payer.applyAsInt(number)),
                    new TransferId(id("chg")),
                    1,
                    "bench",
                    "payment"));
        paid += PAYMENTS;
        return new Sample(PAYMENTS, (System.nanoTime() - begun) / 1e9, Cpu.ofThisProcess() - cpu);
      };
    }

    /** Each payment counted once. */
    void requireConserved() {
      long left = 0;
      for (int number = 0; number < ACCOUNTS; number++) {
        left += wallet.availableMinor(account(number));
      }
      if (left != FUNDS * ACCOUNTS - paid) {
        throw new IllegalStateException("the ledger does not add up: " + left);
      }
    }

    private static void each(int count, IntConsumer payment) throws Exception {
      try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
        List<Future<?>> parts = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
          int first = caller;
          parts.add(
              callers.submit(
                  () -> {
                    for (int number = first; number < count; number += CALLERS) {
                      payment.accept(number);
                    }
                  }));
        }
        for (Future<?> part : parts) {
          part.get();
        }
      }
    }
  }
}
