package dev.cloudlet.payments;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.mongo.MongoIndex;
import dev.cloudlet.kernel.mongo.MongoRecords;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.conversions.Bson;

/** Orders in MongoDB. */
final class MongoOrderStore implements OrderStore {
  private final MongoRecords<PaymentOrder> orders;

  MongoOrderStore(MongoConnection mongo) {
    orders =
        mongo.records(
            "payment_orders",
            PaymentOrder.class,
            MongoIndex.of("by_account", "account", "-_id"),
            new MongoIndex("by_sweep_time", List.of("sweepTime"), false, true));
  }

  @Override
  public PaymentOrder insertOrGet(PaymentOrder order) {
    return orders.insertIfAbsent(order) ? order : orders.get(order.id()).orElse(order);
  }

  @Override
  public Optional<PaymentOrder> find(OrderId orderId) {
    return orders.get(orderId);
  }

  @Override
  public List<PaymentOrder> list(AccountId account, Optional<OrderId> before, int limit) {
    Bson own = Filters.eq("account", account.value());
    return orders.list(
        before.map(id -> Filters.and(own, Filters.lt("_id", id.value()))).orElse(own),
        Sorts.descending("_id"),
        limit);
  }

  @Override
  public void saveCheckout(OrderId orderId, String checkoutUrl) {
    orders.update(
        Filters.and(Filters.eq("_id", orderId.value()), Filters.exists("checkoutUrl", false)),
        Updates.set("checkoutUrl", checkoutUrl));
  }

  @Override
  public boolean claim(OrderId orderId, String paymentId, Instant sweepTime) {
    return orders.update(
            Filters.and(Filters.eq("_id", orderId.value()), Filters.exists("paymentId", false)),
            Updates.combine(
                Updates.set("paymentId", paymentId),
                Updates.set("sweepTime", MongoRecords.stored(sweepTime))))
        || orders.get(orderId).flatMap(PaymentOrder::paymentId).equals(Optional.of(paymentId));
  }

  @Override
  public void markPaid(OrderId orderId, Instant time) {
    orders.update(
        Filters.and(
            Filters.eq("_id", orderId.value()), Filters.ne("status", name(OrderState.PAID))),
        Updates.combine(
            Updates.set("status", name(OrderState.PAID)),
            Updates.set("payTime", MongoRecords.stored(time)),
            Updates.unset("sweepTime")));
  }

  @Override
  public void end(OrderId orderId, Set<OrderState> from, OrderState to) {
    orders.update(
        Filters.and(
            Filters.eq("_id", orderId.value()),
            Filters.in("status", from.stream().map(MongoOrderStore::name).toList()),
            Filters.exists("paymentId", false)),
        to == OrderState.FAILED
            ? Updates.set("status", name(to))
            : Updates.combine(Updates.set("status", name(to)), Updates.unset("sweepTime")));
  }

  @Override
  public List<PaymentOrder> listDue(Instant now, int limit) {
    return orders.list(
        Filters.lte("sweepTime", MongoRecords.stored(now)), Sorts.ascending("sweepTime"), limit);
  }

  @Override
  public void planSweep(OrderId orderId, Instant seen, Optional<Instant> next) {
    orders.update(
        Filters.and(
            Filters.eq("_id", orderId.value()), Filters.eq("sweepTime", MongoRecords.stored(seen))),
        next.map(time -> Updates.set("sweepTime", MongoRecords.stored(time)))
            .orElseGet(() -> Updates.unset("sweepTime")));
  }

  private static Object name(OrderState state) {
    return MongoRecords.stored(state);
  }
}
