package dev.cloudlet.standalone.faults;

import dev.cloudlet.api.wallet.v1.GetBalanceRequest;
import dev.cloudlet.api.wallet.v1.GetBalanceResponse;
import dev.cloudlet.api.wallet.v1.GetStatementRequest;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import java.util.function.Supplier;

/** What a customer's coins tell of what happened. */
final class Purse {
  private Purse() {}

  /** By how much available and held coins and the number of entries changed from now on. */
  static Supplier<String> changes(Actor actor) {
    long available = balance(actor).getAvailable().getMinor();
    long held = balance(actor).getHeld().getMinor();
    long entries = entries(actor);
    return () ->
        "available %+d, held %+d, entries %+d"
            .formatted(
                balance(actor).getAvailable().getMinor() - available,
                balance(actor).getHeld().getMinor() - held,
                entries(actor) - entries);
  }

  private static GetBalanceResponse balance(Actor actor) {
    return actor.ask(
        WalletServiceGrpc.getGetBalanceMethod(), GetBalanceRequest.getDefaultInstance());
  }

  private static long entries(Actor actor) {
    return actor
        .ask(WalletServiceGrpc.getGetStatementMethod(), GetStatementRequest.getDefaultInstance())
        .getEntryCount();
  }
}
