package dev.cloudlet.examples;

import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.sdk.Balance;
import dev.cloudlet.sdk.Cloudlet;
import dev.cloudlet.sdk.Coins;
import java.util.Set;

/** Prints the balance and the newest 50 entries; pages are fetched as they are read. */
public final class WalletHistory {
  private WalletHistory() {}

  /** Runs it; takes {@code --server=}. */
  public static void main(String[] args) {
    try (Cloudlet cloudlet = Cloudlet.connect(Arguments.read(args, Set.of("server")).server())) {
      cloudlet.login(
          Arguments.environment("CLOUDLET_EMAIL"), Arguments.environment("CLOUDLET_PASSWORD"));
      Balance balance = cloudlet.wallet().balance();
      System.out.printf("available %s, held %s%n", balance.available(), balance.held());
      cloudlet.wallet().entries().stream().limit(50).forEach(WalletHistory::print);
    }
  }

  private static void print(Entry entry) {
    System.out.printf(
        "%10s  %10s  %s%n",
        Coins.of(entry.getChange()), Coins.of(entry.getAvailableAfter()), entry.getDescription());
  }
}
