package dev.cloudlet.wallet;

import dev.cloudlet.api.common.v1.Coins;
import dev.cloudlet.api.wallet.v1.EstimateCostRequest;
import dev.cloudlet.api.wallet.v1.EstimateCostResponse;
import dev.cloudlet.api.wallet.v1.ListPricesRequest;
import dev.cloudlet.api.wallet.v1.ListPricesResponse;
import dev.cloudlet.api.wallet.v1.Price;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.kernel.rpc.Replies;
import io.grpc.stub.StreamObserver;

/** The price list as an endpoint. */
final class PricingService extends PricingServiceGrpc.PricingServiceImplBase {
  private final PriceList prices;

  PricingService(PriceList prices) {
    this.prices = prices;
  }

  @Override
  public void listPrices(ListPricesRequest request, StreamObserver<ListPricesResponse> observer) {
    ListPricesResponse.Builder response = ListPricesResponse.newBuilder();
    for (PriceList.Line line : prices.lines()) {
      response.addPrices(
          Price.newBuilder()
              .setSku(line.sku())
              .setTitle(line.title())
              .setUnit(line.unit())
              .setCoinsPerUnit(line.coins().toPlainString())
              .setQuantityUnit(line.quantityUnit()));
    }
    Replies.send(observer, response.build());
  }

  @Override
  public void estimateCost(
      EstimateCostRequest request, StreamObserver<EstimateCostResponse> observer) {
    long minor = prices.costMinor(request.getSku(), request.getQuantity());
    Replies.send(
        observer,
        EstimateCostResponse.newBuilder().setAmount(Coins.newBuilder().setMinor(minor)).build());
  }
}
