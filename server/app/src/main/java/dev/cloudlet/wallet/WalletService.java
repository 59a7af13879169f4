package dev.cloudlet.wallet;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.wallet.v1.CheckConservationRequest;
import dev.cloudlet.api.wallet.v1.CheckConservationResponse;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.api.wallet.v1.EntryKind;
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
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.DerivedIds;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The caller's wallet as an endpoint: every rpc reads, nothing here moves coins. */
final class WalletService extends WalletServiceGrpc.WalletServiceImplBase {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final Ledger ledger;
  private final LedgerHistory history;
  private final Conservation conservation;
  private final InstantSource clock;

  WalletService(
      Ledger ledger, LedgerHistory history, Conservation conservation, InstantSource clock) {
    this.ledger = ledger;
    this.history = history;
    this.conservation = conservation;
    this.clock = clock;
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> observer) {
    Standing standing = ledger.standing(caller());
    Replies.send(
        observer,
        GetBalanceResponse.newBuilder()
            .setAvailable(coins(standing.available()))
            .setHeld(coins(standing.held()))
            .build());
  }

  @Override
  public void listEntries(
      ListEntriesRequest request, StreamObserver<ListEntriesResponse> observer) {
    PageToken.Request page =
        PageToken.read("wallet.entries", request.getPageSize(), request.getPageToken());
    Optional<Long> before = page.after().map(WalletService::entryNumber);
    List<LedgerHistory.Numbered> found = history.entries(caller(), before, page.fetchSize());
    PageToken.Page<LedgerHistory.Numbered> entries =
        page.page(found, each -> Long.toString(each.number()));
    ListEntriesResponse.Builder response =
        ListEntriesResponse.newBuilder().setNextPageToken(entries.nextPageToken());
    entries.items().forEach(each -> response.addEntries(entry(each.entry())));
    Replies.send(observer, response.build());
  }

  private static long entryNumber(String key) {
    if (!NUMBER.matcher(key).matches()) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_INVALID_PAGE_TOKEN,
          "The page_token is not one that this list gave. Begin again without it.");
    }
    return Long.parseLong(key);
  }

  @Override
  public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsResponse> observer) {
    PageToken.Request page =
        PageToken.read("wallet.holds", request.getPageSize(), request.getPageToken());
    List<OpenHold> found =
        history.holds(caller()).stream()
            .sorted(Comparator.comparing(WalletService::holdKey).reversed())
            .filter(hold -> page.after().isEmpty() || isAfter(hold, page.after().get()))
            .limit(page.fetchSize())
            .toList();
    PageToken.Page<OpenHold> holds = page.page(found, WalletService::holdKey);
    ListHoldsResponse.Builder response =
        ListHoldsResponse.newBuilder().setNextPageToken(holds.nextPageToken());
    holds
        .items()
        .forEach(
            hold ->
                response.addHolds(
                    Hold.newBuilder()
                        .setId(hold.holdId().value())
                        .setAmount(coins(hold.minor()))
                        .setCause(hold.cause())
                        .setCreateTime(Timestamps.of(hold.time()))));
    Replies.send(observer, response.build());
  }

  // Holds come and go while a list is read, so the place is kept as time and id, not as a count.
  private static String holdKey(OpenHold hold) {
    return String.format(Locale.ROOT, "%016d/%s", hold.time().toEpochMilli(), hold.holdId());
  }

  private static boolean isAfter(OpenHold hold, String key) {
    return holdKey(hold).compareTo(key) < 0;
  }

  @Override
  public void getStatement(
      GetStatementRequest request, StreamObserver<GetStatementResponse> observer) {
    Instant start =
        request.hasStartTime() ? Timestamps.instant(request.getStartTime()) : Instant.EPOCH;
    // What is true now belongs to "until now", also if it happened within this millisecond.
    Instant end =
        request.hasEndTime()
            ? Timestamps.instant(request.getEndTime())
            : clock.instant().plusMillis(1);
    if (end.isBefore(start)) {
      throw PlatformException.invalidField(
          "end_time", "after_start", "end_time must not be before start_time.");
    }
    LedgerHistory.Statement statement = history.statement(caller(), start, end);
    Replies.send(
        observer,
        GetStatementResponse.newBuilder()
            .setOpening(coins(statement.opening()))
            .setCredited(coins(statement.credited()))
            .setDebited(coins(statement.debited()))
            .setClosing(coins(statement.closing()))
            .setEntryCount(statement.entries())
            .build());
  }

  @Override
  public void checkConservation(
      CheckConservationRequest request, StreamObserver<CheckConservationResponse> observer) {
    Conservation.Proof proof = conservation.prove();
    Replies.send(
        observer,
        CheckConservationResponse.newBuilder()
            .setConserved(proof.conserved())
            .setDebits(coins(proof.totals().debits()))
            .setCredits(coins(proof.totals().credits()))
            .setTransferCount(proof.totals().transferCount())
            .setProveTime(Timestamps.of(proof.time()))
            .build());
  }

  private static AccountId caller() {
    return CallContext.current().account().accountId();
  }

  private static Entry entry(HistoryEntry entry) {
    return Entry.newBuilder()
        // Transfer ids carry the gateway's payment ids; the public one is made from it, always the
        // same.
        .setId(new DerivedIds(entry.transferId().value(), entry.time()).next("led"))
        .setKind(kind(entry.kind()))
        .setChange(coins(entry.change()))
        .setAvailableAfter(coins(entry.availableAfter()))
        .setDescription(entry.description())
        .setCause(entry.cause())
        .setCreateTime(Timestamps.of(entry.time()))
        .build();
  }

  private static EntryKind kind(TransferKind kind) {
    return switch (kind) {
      case TOP_UP -> EntryKind.ENTRY_KIND_TOP_UP;
      case HOLD -> EntryKind.ENTRY_KIND_HOLD;
      case CAPTURE -> EntryKind.ENTRY_KIND_CAPTURE;
      case RELEASE -> EntryKind.ENTRY_KIND_RELEASE;
      case CHARGE -> EntryKind.ENTRY_KIND_CHARGE;
      case REFUND -> EntryKind.ENTRY_KIND_REFUND;
      case NEVER_HELD -> EntryKind.ENTRY_KIND_UNSPECIFIED;
    };
  }

  private static Coins coins(long minor) {
    return Coins.newBuilder().setMinor(minor).build();
  }
}
