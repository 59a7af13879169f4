package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.payments.v1.CreateOrderRequest;
import dev.cloudlet.api.payments.v1.GetOrderRequest;
import dev.cloudlet.api.payments.v1.Order;
import dev.cloudlet.api.payments.v1.OrderStatus;
import dev.cloudlet.api.payments.v1.PaymentServiceGrpc;
import dev.cloudlet.api.payments.v1.VerifyOrderRequest;
import io.grpc.Status;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Orders as both wires offer them. */
@ExtendWith(EdgePlatform.Resolver.class)
class PaymentServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void anOrderIsMadeOncePerRequestAndSeenByItsOwnerAlone(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    CreateOrderRequest request = order(10_000).toBuilder().setRequestId("order-1").build();
    Order order = ann.ask(PaymentServiceGrpc.getCreateOrderMethod(), request).getOrder();
    assertThat(order.getStatus()).isEqualTo(OrderStatus.ORDER_STATUS_OPEN);
    assertThat(order.getCheckoutUrl()).startsWith("https://cloud.example/");
    assertThat(ann.ask(PaymentServiceGrpc.getCreateOrderMethod(), request).getOrder())
        .isEqualTo(order);
    assertThat(
            ann.refusal(
                    PaymentServiceGrpc.getCreateOrderMethod(),
                    order(20_000).toBuilder().setRequestId("order-1").build())
                .reason())
        .isEqualTo("REQUEST_ID_REUSED");
    GetOrderRequest get = GetOrderRequest.newBuilder().setOrderId(order.getId()).build();
    VerifyOrderRequest verify = VerifyOrderRequest.newBuilder().setOrderId(order.getId()).build();
    assertThat(ann.ask(PaymentServiceGrpc.getGetOrderMethod(), get).getOrder()).isEqualTo(order);
    assertThat(ann.refusal(PaymentServiceGrpc.getVerifyOrderMethod(), verify).reason())
        .isEqualTo("ORDER_NOT_PAID");
    Caller ben = platform.customer(wire);
    assertThat(ben.refusal(PaymentServiceGrpc.getGetOrderMethod(), get).code())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(ben.refusal(PaymentServiceGrpc.getVerifyOrderMethod(), verify).code())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anAmountOutOfBoundsAndAnAddressElsewhereAreRefused(Wire wire, EdgePlatform platform) {
    Caller ann = platform.customer(wire);
    for (long minor : new long[] {0, -100, 99, 150, 10_000_100}) {
      assertThat(ann.refusal(PaymentServiceGrpc.getCreateOrderMethod(), order(minor)).reason())
          .as(Long.toString(minor))
          .isEqualTo("INVALID_FIELD");
    }
    assertThat(
            ann.refusal(
                    PaymentServiceGrpc.getCreateOrderMethod(),
                    CreateOrderRequest.getDefaultInstance())
                .fields())
        .containsExactly("amount");
    assertThat(
            ann.refusal(
                    PaymentServiceGrpc.getCreateOrderMethod(),
                    order(10_000).toBuilder().setReturnUrl("https://evil.example/").build())
                .reason())
        .isEqualTo("REDIRECT_NOT_ALLOWED");
  }

  private static CreateOrderRequest order(long minor) {
    return CreateOrderRequest.newBuilder().setAmount(Coins.newBuilder().setMinor(minor)).build();
  }
}
