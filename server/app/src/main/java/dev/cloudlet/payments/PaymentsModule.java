package dev.cloudlet.payments;

import com.linecorp.armeria.server.ServerBuilder;
import dev.cloudlet.capability.Capability;
import dev.cloudlet.capability.Foundation;
import dev.cloudlet.kernel.rpc.RedirectAddresses;
import dev.cloudlet.wallet.WalletApi;
import io.grpc.BindableService;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Wires payments: orders and their sweep, and the sandbox gateway where it is on. */
public final class PaymentsModule implements Capability {
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final List<BindableService> services;
  private final PaymentRoutes routes;

  private PaymentsModule(List<BindableService> services, PaymentRoutes routes) {
    this.services = services;
    this.routes = routes;
  }

  /**
   * Makes payments and begins their background work.
   *
   * @param publicUrl where browsers and gateways reach this installation; asked anew each time,
   *     since the port may be chosen at start. May throw {@link
   *     dev.cloudlet.kernel.error.UnavailableException} until then
   * @param localUrl where this process reaches itself, for the sandbox's notifications
   */
  public static PaymentsModule create(
      Foundation foundation,
      PaymentsConfig config,
      WalletApi wallet,
      Supplier<URI> publicUrl,
      Supplier<URI> localUrl) {
    Optional<Sandbox> sandbox =
        config.hasSandbox()
            ? Optional.of(sandbox(foundation, config, publicUrl, localUrl))
            : Optional.empty();
    Orders orders =
        new Orders(
            new MongoOrderStore(foundation.mongo()),
            wallet,
            sandbox.<PaymentGateway>map(Sandbox::gateway).stream().toList(),
            new RedirectAddresses(
                publicUrl, config.allowedReturnAddresses(), "payments.allowed-return-addresses"),
            config,
            foundation.clock());
    foundation.background().every("payment-orders-sweep", SWEEP, orders::sweep);
    return new PaymentsModule(
        List.of(new PaymentService(orders)), new PaymentRoutes(orders, sandbox.map(Sandbox::page)));
  }

  private record Sandbox(SandboxPaymentGateway gateway, SandboxPage page) {}

  private static Sandbox sandbox(
      Foundation foundation,
      PaymentsConfig config,
      Supplier<URI> publicUrl,
      Supplier<URI> localUrl) {
    SandboxStore store = new MongoSandboxStore(foundation.mongo());
    SandboxSignature signature =
        new SandboxSignature(
            config
                .sandboxSecret()
                .orElseThrow(
                    () -> new IllegalArgumentException("payments.sandbox-secret is missing")));
    SandboxCheckouts checkouts =
        new SandboxCheckouts(store, signature, foundation.ids(), foundation.clock());
    DeliverSandboxNotices deliveries =
        new DeliverSandboxNotices(store, checkouts, signature, localUrl, foundation.clock());
    foundation.background().loop("sandbox-deliveries", deliveries::run);
    return new Sandbox(
        new SandboxPaymentGateway(store, signature, publicUrl, foundation.clock()),
        new SandboxPage(checkouts));
  }

  @Override
  public List<BindableService> services() {
    return services;
  }

  @Override
  public void routes(ServerBuilder server) {
    routes.addTo(server);
  }
}
