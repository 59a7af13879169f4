package dev.cloudlet.sdk;

import dev.cloudlet.api.wallet.v1.EstimateCostRequest;
import dev.cloudlet.api.wallet.v1.ListPricesRequest;
import dev.cloudlet.api.wallet.v1.Price;
import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.sdk.internal.Caller;
import java.util.List;

/** What things cost. Needs no session. */
public final class PricingClient {
  private final Caller caller;

  PricingClient(Caller caller) {
    this.caller = caller;
  }

  /** {@return every price} */
  public List<Price> prices() {
    return caller
        .call(PricingServiceGrpc.getListPricesMethod(), ListPricesRequest.getDefaultInstance())
        .getPricesList();
  }

  /**
   * {@return what a quantity would cost now} The charge is always computed again from what was
   * measured.
   *
   * @param sku such as {@code video.transcode}
   * @param quantity in the price's quantity unit, such as bytes
   * @throws NotFoundException if there is no such price
   */
  public Coins estimate(String sku, long quantity) {
    return Coins.of(
        caller
            .call(
                PricingServiceGrpc.getEstimateCostMethod(),
                EstimateCostRequest.newBuilder().setSku(sku).setQuantity(quantity).build())
            .getAmount());
  }
}
