package dev.cloudlet.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.wallet.v1.EstimateCostRequest;
import dev.cloudlet.api.wallet.v1.ListPricesRequest;
import dev.cloudlet.api.wallet.v1.Price;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import io.grpc.Status;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What things cost, told to anybody on both wires. */
@ExtendWith(EdgePlatform.Resolver.class)
class PricingServiceTest {
  @ParameterizedTest
  @EnumSource(Wire.class)
  void everyListedPriceCanBeEstimated(Wire wire, EdgePlatform platform) {
    Caller anybody = platform.anonymous(wire);
    var prices =
        anybody
            .ask(PricingServiceGrpc.getListPricesMethod(), ListPricesRequest.getDefaultInstance())
            .getPricesList();
    assertThat(prices).extracting(Price::getSku).contains("video.transcode");
    for (Price price : prices) {
      assertThat(estimate(anybody, price.getSku(), 0)).isZero();
      assertThat(estimate(anybody, price.getSku(), 1)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void theExampleOfTheContractIsTrue(Wire wire, EdgePlatform platform) {
    assertThat(estimate(platform.anonymous(wire), "video.transcode", 3_500_000)).isEqualTo(83);
  }

  @ParameterizedTest
  @EnumSource(Wire.class)
  void anUnknownPriceIsNotFoundAndANegativeQuantityIsNamed(Wire wire, EdgePlatform platform) {
    Caller anybody = platform.anonymous(wire);
    EstimateCostRequest.Builder request = EstimateCostRequest.newBuilder().setSku("no.such");
    assertThat(anybody.refusal(PricingServiceGrpc.getEstimateCostMethod(), request.build()).code())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThat(
            anybody
                .refusal(
                    PricingServiceGrpc.getEstimateCostMethod(), request.setQuantity(-1).build())
                .fields())
        .containsExactly("quantity");
  }

  private static long estimate(Caller caller, String sku, long quantity) {
    return caller
        .ask(
            PricingServiceGrpc.getEstimateCostMethod(),
            EstimateCostRequest.newBuilder().setSku(sku).setQuantity(quantity).build())
        .getAmount()
        .getMinor();
  }
}
