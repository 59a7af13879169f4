package dev.cloudlet.sdk;

import dev.cloudlet.api.wallet.v1.CheckConservationRequest;
import dev.cloudlet.api.wallet.v1.CheckConservationResponse;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.api.wallet.v1.GetBalanceRequest;
import dev.cloudlet.api.wallet.v1.GetBalanceResponse;
import dev.cloudlet.api.wallet.v1.GetStatementRequest;
import dev.cloudlet.api.wallet.v1.GetStatementResponse;
import dev.cloudlet.api.wallet.v1.Hold;
import dev.cloudlet.api.wallet.v1.ListEntriesRequest;
import dev.cloudlet.api.wallet.v1.ListEntriesResponse;
import dev.cloudlet.api.wallet.v1.ListHoldsRequest;
import dev.cloudlet.api.wallet.v1.ListHoldsResponse;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.sdk.internal.Caller;
import dev.cloudlet.sdk.internal.Times;
import java.time.Instant;

/** The caller's coins. Nothing here changes them: paying and working do. */
public final class WalletClient {
  private static final int PAGE_SIZE = 100;

  private final Caller caller;

  WalletClient(Caller caller) {
    this.caller = caller;
  }

  /** {@return what can be spent and what is held} */
  public Balance balance() {
    GetBalanceResponse answer =
        caller.call(
            WalletServiceGrpc.getGetBalanceMethod(), GetBalanceRequest.getDefaultInstance());
    return new Balance(Coins.of(answer.getAvailable()), Coins.of(answer.getHeld()));
  }

  /** {@return the history, newest first} */
  public Paged<Entry> entries() {
    return new Paged<>(
        token -> {
          ListEntriesResponse answer =
              caller.call(
                  WalletServiceGrpc.getListEntriesMethod(),
                  ListEntriesRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
          return new Paged.Page<>(answer.getEntriesList(), answer.getNextPageToken());
        });
  }

  /** {@return coins that are held for unfinished work, newest first} */
  public Paged<Hold> holds() {
    return new Paged<>(
        token -> {
          ListHoldsResponse answer =
              caller.call(
                  WalletServiceGrpc.getListHoldsMethod(),
                  ListHoldsRequest.newBuilder().setPageSize(PAGE_SIZE).setPageToken(token).build());
          return new Paged.Page<>(answer.getHoldsList(), answer.getNextPageToken());
        });
  }

  /** {@return the sums of the account's whole life} */
  public Statement statement() {
    return statement(GetStatementRequest.getDefaultInstance());
  }

  /**
   * {@return the sums between two instants}
   *
   * @param from inclusive
   * @param to exclusive
   */
  public Statement statement(Instant from, Instant to) {
    return statement(
        GetStatementRequest.newBuilder()
            .setStartTime(Times.message(from))
            .setEndTime(Times.message(to))
            .build());
  }

  private Statement statement(GetStatementRequest request) {
    GetStatementResponse answer = caller.call(WalletServiceGrpc.getGetStatementMethod(), request);
    return new Statement(
        Coins.of(answer.getOpening()),
        Coins.of(answer.getCredited()),
        Coins.of(answer.getDebited()),
        Coins.of(answer.getClosing()),
        answer.getEntryCount());
  }

  /**
   * Checks the whole ledger of the installation; anybody may.
   *
   * @return whether the sums agree, and what they are
   */
  public Conservation conservation() {
    CheckConservationResponse answer =
        caller.call(
            WalletServiceGrpc.getCheckConservationMethod(),
            CheckConservationRequest.getDefaultInstance());
    return new Conservation(
        answer.getConserved(),
        Coins.of(answer.getDebits()),
        Coins.of(answer.getCredits()),
        answer.getTransferCount(),
        Times.instant(answer.getProveTime()));
  }
}
