package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.wallet.v1.CheckConservationRequest;
import dev.cloudlet.api.wallet.v1.CheckConservationResponse;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.api.wallet.v1.EntryKind;
import dev.cloudlet.api.wallet.v1.GetBalanceRequest;
import dev.cloudlet.api.wallet.v1.GetBalanceResponse;
import dev.cloudlet.api.wallet.v1.GetStatementRequest;
import dev.cloudlet.api.wallet.v1.GetStatementResponse;
import dev.cloudlet.api.wallet.v1.ListEntriesRequest;
import dev.cloudlet.api.wallet.v1.ListHoldsRequest;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.wallet.HoldId;
import dev.cloudlet.wallet.TransferId;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A customer's wallet as both wires show it. */
@ExtendWith(EdgePlatform.Resolver.class)
class WalletServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void whatIsHeldIsNotAvailableAndWhatIsCapturedIsGone(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    HoldId hold = new HoldId("hld_" + ann.id().value());
    Listing.credit(platform, ann, "paid", 10_000);
    platform.wallet().hold(ann.id(), hold, 3_000, "job_1", "transcode");
    GetBalanceResponse held = balance(ann);
    assertThat(held.getAvailable().getMinor()).isEqualTo(7_000);
    assertThat(held.getHeld().getMinor()).isEqualTo(3_000);
    platform.wallet().capture(hold, 1_000);
    GetBalanceResponse paid = balance(ann);
    assertThat(paid.getAvailable().getMinor()).isEqualTo(9_000);
    assertThat(paid.getHeld().getMinor()).isZero();
    assertThat(entries(ann, 3))
        .extracting(Entry::getKind)
        .containsExactly(
            EntryKind.ENTRY_KIND_CAPTURE, EntryKind.ENTRY_KIND_HOLD, EntryKind.ENTRY_KIND_TOP_UP);
    assertThat(
            ann.ask(WalletServiceGrpc.getListHoldsMethod(), ListHoldsRequest.getDefaultInstance()))
        .isEqualTo(dev.cloudlet.api.wallet.v1.ListHoldsResponse.getDefaultInstance());
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theStatementIsTheSumOfTheEntries(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    Listing.credit(platform, ann, "paid", 10_000);
    platform
        .wallet()
        .charge(ann.id(), new TransferId("charge" + ann.id().value()), 2_500, "sto_1", "storage");
    entries(ann, 2);
    GetStatementResponse statement =
        ann.ask(
            WalletServiceGrpc.getGetStatementMethod(), GetStatementRequest.getDefaultInstance());
    assertThat(statement.getOpening().getMinor()).isZero();
    assertThat(statement.getCredited().getMinor()).isEqualTo(10_000);
    assertThat(statement.getDebited().getMinor()).isEqualTo(2_500);
    assertThat(statement.getClosing().getMinor()).isEqualTo(7_500);
    assertThat(statement.getEntryCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anotherCustomerSeesNothingOfIt(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    Caller ben = platform.customer(wire);
    Listing.credit(platform, ann, "paid", 10_000);
    entries(ann, 1);
    assertThat(balance(ben)).isEqualTo(balance(platform.customer(wire)));
    assertThat(entries(ben, 0)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anybodyMayAskWhetherCoinsAreConserved(Wire wire, EdgePlatform platform) {
    Listing.credit(platform, platform.customer(wire), "paid", 10_000);
    CheckConservationResponse proof =
        platform
            .anonymous(wire)
            .ask(
                WalletServiceGrpc.getCheckConservationMethod(),
                CheckConservationRequest.getDefaultInstance());
    assertThat(proof.getConserved()).isTrue();
    assertThat(proof.getDebits()).isEqualTo(proof.getCredits());
    assertThat(proof.getTransferCount()).isPositive();
  }

  private static GetBalanceResponse balance(Caller caller) {
    return caller.ask(
        WalletServiceGrpc.getGetBalanceMethod(), GetBalanceRequest.getDefaultInstance());
  }

  // The history follows the balance within moments.
  private static List<Entry> entries(Caller caller, int count) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                caller
                    .ask(
                        WalletServiceGrpc.getListEntriesMethod(),
                        ListEntriesRequest.getDefaultInstance())
                    .getEntriesList(),
            found -> found.size() == count);
  }
}
