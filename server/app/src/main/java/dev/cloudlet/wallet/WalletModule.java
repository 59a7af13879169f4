package dev.cloudlet.wallet;

import dev.cloudlet.api.wallet.v1.PricingServiceGrpc;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.time.Pause;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import java.util.List;

/** Wires the wallet: one ledger writer and one projector per server. */
public final class WalletModule implements Capability {
  private final List<BindableService> services;
  private final WalletApi wallet;
  private final PricingApi pricing;

  private WalletModule(List<BindableService> services, WalletApi wallet, PricingApi pricing) {
    this.services = services;
    this.wallet = wallet;
    this.pricing = pricing;
  }

  /** Makes the wallet and begins its background work. */
  public static WalletModule create(Foundation foundation, PricingConfig prices) {
    LedgerStore store = new MongoLedgerStore(foundation.mongo());
    LedgerView view = new LedgerView(store);
    LedgerWriter writer =
        new LedgerWriter(store, view, foundation.clock(), foundation.ids(), Pause.real());
    LedgerProjector projector = new LedgerProjector(store, view);
    foundation.background().loop("ledger-writer", writer::run);
    foundation.background().loop("ledger-projector", projector::run);
    Ledger ledger = new Ledger(store, view, writer);
    Conservation conservation = new Conservation(store, view, foundation.clock(), System::nanoTime);
    LedgerWatch watch = new LedgerWatch(conservation, view, foundation.clock());
    watch.register(foundation.meters());
    foundation.background().every("ledger-proof", LedgerWatch.EVERY, watch::prove);
    PriceList priceList = new PriceList(prices);
    WalletService endpoint =
        new WalletService(ledger, new LedgerHistory(store, view), conservation, foundation.clock());
    return new WalletModule(List.of(endpoint, new PricingService(priceList)), ledger, priceList);
  }

  /** Moves coins for other capabilities. */
  public WalletApi wallet() {
    return wallet;
  }

  /** Tells other capabilities what things cost. */
  public PricingApi pricing() {
    return pricing;
  }

  @Override
  public List<BindableService> services() {
    return services;
  }

  @Override
  public List<MethodDescriptor<?, ?>> inMemory() {
    return List.of(
        PricingServiceGrpc.getListPricesMethod(), PricingServiceGrpc.getEstimateCostMethod());
  }
}
