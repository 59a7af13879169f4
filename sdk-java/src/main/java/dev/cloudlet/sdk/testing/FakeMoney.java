package dev.cloudlet.sdk.testing;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.CreateOrderResponse;
import dev.cloudlet.api.payments.v1.GetOrderResponse;
import dev.cloudlet.api.payments.v1.ListOrdersResponse;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.OrderStatus;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.payments.v1.VerifyOrderResponse;
import dev.cloudlet.api.wallet.v1.CheckConservationResponse;
import dev.cloudlet.api.wallet.v1.Entry;
import dev.cloudlet.api.wallet.v1.EntryKind;
import dev.cloudlet.api.wallet.v1.EstimateCostRequest;
import dev.cloudlet.api.wallet.v1.EstimateCostResponse;
import dev.cloudlet.api.wallet.v1.GetBalanceResponse;
import dev.cloudlet.api.wallet.v1.GetStatementRequest;
import dev.cloudlet.api.wallet.v1.GetStatementResponse;
import dev.cloudlet.api.wallet.v1.ListEntriesResponse;
import dev.cloudlet.api.wallet.v1.ListHoldsResponse;
import dev.cloudlet.api.wallet.v1.ListPricesResponse;
import dev.cloudlet.api.wallet.v1.Price;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.api.wallet.v1.WalletServiceGrpc;
import dev.cloudlet.sdk.internal.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Wallet, prices and orders. */
final class FakeMoney {
  static final long STORAGE_MINOR_PER_GB = 1_500;
  private static final long HOSTING_MINOR_PER_SITE = 8_000;
  private static final long MEGABYTE = 1_048_576;
  private static final long TRANSCODE_MINOR_PER_MB = 25;

  private final FakeWorld world;
  private final FakeWeb web;

  FakeMoney(FakeWorld world, FakeWeb web) {
    this.world = world;
    this.web = web;
  }

  List<FakeMethod<?, ?>> methods() {
    return Stream.of(walletMethods(), paymentMethods()).flatMap(List::stream).toList();
  }

  private List<FakeMethod<?, ?>> walletMethods() {
    return List.of(
        new FakeMethod<>(
            WalletServiceGrpc.getGetBalanceMethod(), (call, q) -> balance(call.caller())),
        new FakeMethod<>(
            WalletServiceGrpc.getListEntriesMethod(),
            (call, q) ->
                FakeWorld.page(
                    FakeWorld.newestFirst(call.caller().entries.values()),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListEntriesResponse.newBuilder()
                            .addAllEntries(items)
                            .setNextPageToken(next)
                            .build())),
        new FakeMethod<>(
            WalletServiceGrpc.getListHoldsMethod(),
            (call, q) ->
                FakeWorld.page(
                    FakeWorld.newestFirst(call.caller().holds.values()),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListHoldsResponse.newBuilder()
                            .addAllHolds(items)
                            .setNextPageToken(next)
                            .build())),
        new FakeMethod<>(
            WalletServiceGrpc.getGetStatementMethod(), (call, q) -> statement(call.caller(), q)),
        new FakeMethod<>(
            WalletServiceGrpc.getCheckConservationMethod(), (call, q) -> conservation()),
        new FakeMethod<>(PricingServiceGrpc.getListPricesMethod(), (call, q) -> prices()),
        new FakeMethod<>(PricingServiceGrpc.getEstimateCostMethod(), (call, q) -> estimate(q)));
  }

  private List<FakeMethod<?, ?>> paymentMethods() {
    return List.of(
        new FakeMethod<>(PaymentServiceGrpc.getCreateOrderMethod(), this::createOrder),
        new FakeMethod<>(
            PaymentServiceGrpc.getGetOrderMethod(),
            (call, q) ->
                GetOrderResponse.newBuilder()
                    .setOrder(order(call.caller(), q.getOrderId()))
                    .build()),
        new FakeMethod<>(
            PaymentServiceGrpc.getListOrdersMethod(),
            (call, q) ->
                FakeWorld.page(
                    FakeWorld.newestFirst(call.caller().orders.values()),
                    q.getPageSize(),
                    q.getPageToken(),
                    (items, next) ->
                        ListOrdersResponse.newBuilder()
                            .addAllOrders(items)
                            .setNextPageToken(next)
                            .build())),
        new FakeMethod<>(
            PaymentServiceGrpc.getVerifyOrderMethod(),
            (call, q) -> verify(order(call.caller(), q.getOrderId()))));
  }

  /** What transcoding so many bytes costs: exact, rounded half up once, at least one minor unit. */
  static long transcodeMinor(long bytes) {
    long exact = Math.multiplyExact(bytes, TRANSCODE_MINOR_PER_MB);
    long rounded = (exact + MEGABYTE / 2) / MEGABYTE;
    return bytes > 0 ? Math.max(1, rounded) : 0;
  }

  private GetBalanceResponse balance(FakeAccount account) {
    return GetBalanceResponse.newBuilder()
        .setAvailable(coins(account.available))
        .setHeld(coins(account.held()))
        .build();
  }

  private GetStatementResponse statement(FakeAccount account, GetStatementRequest q) {
    Instant from = q.hasStartTime() ? Times.instant(q.getStartTime()) : Instant.MIN;
    Instant to = q.hasEndTime() ? Times.instant(q.getEndTime()) : Instant.MAX;
    long opening = 0;
    long credited = 0;
    long debited = 0;
    long count = 0;
    for (Entry entry : account.entries.values()) {
      Instant at = Times.instant(entry.getCreateTime());
      long change = entry.getChange().getMinor();
      if (at.isBefore(from)) {
        opening += change;
      } else if (at.isBefore(to)) {
        count++;
        credited += Math.max(0, change);
        debited += Math.max(0, -change);
      }
    }
    return GetStatementResponse.newBuilder()
        .setOpening(coins(opening))
        .setCredited(coins(credited))
        .setDebited(coins(debited))
        .setClosing(coins(opening + credited - debited))
        .setEntryCount(count)
        .build();
  }

  private CheckConservationResponse conservation() {
    long moved = 0;
    long transfers = 0;
    boolean conserved = true;
    for (FakeAccount account : world.accountsByEmail.values()) {
      long sum = 0;
      for (Entry entry : account.entries.values()) {
        sum += entry.getChange().getMinor();
        moved += Math.abs(entry.getChange().getMinor());
        transfers++;
      }
      conserved &= sum == account.available && account.available >= 0;
    }
    return CheckConservationResponse.newBuilder()
        .setConserved(conserved)
        .setDebits(coins(moved))
        .setCredits(coins(moved))
        .setTransferCount(transfers)
        .setProveTime(world.now())
        .build();
  }

  private static ListPricesResponse prices() {
    return ListPricesResponse.newBuilder()
        .addPrices(
            Price.newBuilder()
                .setSku("video.transcode")
                .setTitle("Video transcoding")
                .setUnit("MB of input (1,048,576 bytes)")
                .setCoinsPerUnit("0.25")
                .setQuantityUnit("bytes"))
        .addPrices(
            Price.newBuilder()
                .setSku("storage.gb-30-days")
                .setTitle("Object storage for 30 days")
                .setUnit("GB for 30 days")
                .setCoinsPerUnit("15")
                .setQuantityUnit("gigabytes"))
        .addPrices(
            Price.newBuilder()
                .setSku("hosting.site-30-days")
                .setTitle("Site hosting for 30 days")
                .setUnit("site for 30 days")
                .setCoinsPerUnit("80")
                .setQuantityUnit("sites"))
        .build();
  }

  private static EstimateCostResponse estimate(EstimateCostRequest q) {
    long minor =
        switch (q.getSku()) {
          case "video.transcode" -> transcodeMinor(q.getQuantity());
          case "storage.gb-30-days" -> Math.multiplyExact(q.getQuantity(), STORAGE_MINOR_PER_GB);
          case "hosting.site-30-days" ->
              Math.multiplyExact(q.getQuantity(), HOSTING_MINOR_PER_SITE);
          default -> throw FakeRefusal.notFound("price", q.getSku());
        };
    return EstimateCostResponse.newBuilder().setAmount(coins(minor)).build();
  }

  private CreateOrderResponse createOrder(FakeCall call, CreateOrderRequest q) {
    FakeAccount account = call.caller();
    String id = world.newId("ord");
    Order order =
        Order.newBuilder()
            .setId(id)
            .setAmount(q.getAmount())
            .setCurrency("INR")
            .setGateway("sandbox")
            .setStatus(OrderStatus.ORDER_STATUS_OPEN)
            .setCheckoutUrl(web.checkoutUrl(id))
            .setCreateTime(world.now())
            .setExpireTime(world.in(Duration.ofHours(24)))
            .build();
    account.orders.put(id, order);
    return CreateOrderResponse.newBuilder().setOrder(order).build();
  }

  private static Order order(FakeAccount account, String id) {
    return Optional.ofNullable(account.orders.get(id))
        .orElseThrow(() -> FakeRefusal.notFound("order", id));
  }

  private static VerifyOrderResponse verify(Order order) {
    if (order.getStatus() == OrderStatus.ORDER_STATUS_EXPIRED) {
      throw new FakeRefusal(
          ErrorReason.ERROR_REASON_ORDER_CLOSED,
          "The order ended without a payment. Make a new one.",
          Map.of("status", "EXPIRED"));
    }
    if (order.getStatus() != OrderStatus.ORDER_STATUS_PAID) {
      throw new FakeRefusal(ErrorReason.ERROR_REASON_ORDER_NOT_PAID, "The order is not paid yet.");
    }
    return VerifyOrderResponse.newBuilder().setOrder(order).build();
  }

  /** Ends the orders that nobody paid in time. */
  void timePassed() {
    Instant now = world.clock.now();
    for (FakeAccount account : world.accountsByEmail.values()) {
      account.orders.replaceAll(
          (id, order) ->
              order.getStatus() == OrderStatus.ORDER_STATUS_OPEN
                      && !now.isBefore(Times.instant(order.getExpireTime()))
                  ? order.toBuilder().setStatus(OrderStatus.ORDER_STATUS_EXPIRED).build()
                  : order);
    }
  }

  /** What the gateway does when the customer pays. Paying twice credits once. */
  void pay(String orderId) {
    FakeAccount account =
        world.accountsByEmail.values().stream()
            .filter(some -> some.orders.containsKey(orderId))
            .findFirst()
            .orElseThrow(() -> FakeRefusal.notFound("order", orderId));
    Order order = order(account, orderId);
    if (order.getStatus() == OrderStatus.ORDER_STATUS_OPEN) {
      credit(account, order.getAmount().getMinor(), orderId);
      account.orders.put(
          orderId,
          order.toBuilder()
              .setStatus(OrderStatus.ORDER_STATUS_PAID)
              .setPaymentId("pay_" + orderId)
              .setPayTime(world.now())
              .build());
    }
  }

  void credit(FakeAccount account, long minor, String cause) {
    account.move(EntryKind.ENTRY_KIND_TOP_UP, minor, cause, world.newId("led"), world.clock.now());
  }

  static Coins coins(long minor) {
    return Coins.newBuilder().setMinor(minor).build();
  }
}
