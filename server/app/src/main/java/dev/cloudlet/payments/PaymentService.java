package dev.cloudlet.payments;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.CreateOrderResponse;
import dev.cloudlet.api.payments.v1.GetOrderRequest;
import dev.cloudlet.api.payments.v1.GetOrderResponse;
import dev.cloudlet.api.payments.v1.ListOrdersRequest;
import dev.cloudlet.api.payments.v1.ListOrdersResponse;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.OrderStatus;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.payments.v1.VerifyOrderRequest;
import dev.cloudlet.api.payments.v1.VerifyOrderResponse;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.mongo.PageToken;
import dev.cloudlet.kernel.rpc.CallContext;
import dev.cloudlet.kernel.rpc.Replies;
import dev.cloudlet.kernel.rpc.Timestamps;
import io.grpc.stub.StreamObserver;

/** Orders as an endpoint. */
final class PaymentService extends PaymentServiceGrpc.PaymentServiceImplBase {
  private final Orders orders;

  PaymentService(Orders orders) {
    this.orders = orders;
  }

  @Override
  public void createOrder(
      CreateOrderRequest request, StreamObserver<CreateOrderResponse> observer) {
    PaymentOrder order =
        orders.create(
            caller(),
            new OrderId(CallContext.current().ids().next(OrderId.PREFIX)),
            request.getAmount().getMinor(),
            request.getGateway(),
            request.getReturnUrl());
    Replies.send(observer, CreateOrderResponse.newBuilder().setOrder(message(order)).build());
  }

  @Override
  public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> observer) {
    PaymentOrder order = orders.get(caller(), new OrderId(request.getOrderId()));
    Replies.send(observer, GetOrderResponse.newBuilder().setOrder(message(order)).build());
  }

  @Override
  public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> observer) {
    PageToken.Request asked =
        PageToken.read("payments.orders", request.getPageSize(), request.getPageToken());
    PageToken.Page<PaymentOrder> page =
        asked.page(
            orders.list(caller(), asked.after().map(OrderId::new), asked.fetchSize()),
            order -> order.id().value());
    ListOrdersResponse.Builder response =
        ListOrdersResponse.newBuilder().setNextPageToken(page.nextPageToken());
    page.items().forEach(order -> response.addOrders(message(order)));
    Replies.send(observer, response.build());
  }

  @Override
  public void verifyOrder(
      VerifyOrderRequest request, StreamObserver<VerifyOrderResponse> observer) {
    PaymentOrder order = orders.verify(caller(), new OrderId(request.getOrderId()));
    Replies.send(observer, VerifyOrderResponse.newBuilder().setOrder(message(order)).build());
  }

  private static AccountId caller() {
    return CallContext.current().account().accountId();
  }

  private static Order message(PaymentOrder order) {
    Order.Builder message =
        Order.newBuilder()
            .setId(order.id().value())
            .setAmount(Coins.newBuilder().setMinor(order.amountMinor()))
            .setCurrency(order.currency())
            .setGateway(order.gateway())
            .setStatus(status(order.status()))
            .setCreateTime(Timestamps.of(order.createTime()))
            .setExpireTime(Timestamps.of(order.expireTime()));
    order.checkoutUrl().ifPresent(message::setCheckoutUrl);
    // A claim is ours; the contract names only payments that were credited.
    if (order.status() == OrderState.PAID) {
      order.paymentId().ifPresent(message::setPaymentId);
    }
    order.payTime().ifPresent(time -> message.setPayTime(Timestamps.of(time)));
    return message.build();
  }

  private static OrderStatus status(OrderState state) {
    return switch (state) {
      case OPEN -> OrderStatus.ORDER_STATUS_OPEN;
      case PAID -> OrderStatus.ORDER_STATUS_PAID;
      case FAILED -> OrderStatus.ORDER_STATUS_FAILED;
      case CANCELLED -> OrderStatus.ORDER_STATUS_CANCELLED;
      case EXPIRED -> OrderStatus.ORDER_STATUS_EXPIRED;
    };
  }
}
