package dev.cloudlet.payments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A gateway of our own, which takes no money and otherwise behaves like a remote one: it has its
 * own memory, its own page, tells us by signed notifications over HTTP and can be asked.
 */
final class SandboxPaymentGateway implements PaymentGateway {
  static final String NAME = "sandbox";
  static final String CHECKOUT_PATH = "/sandbox/checkout/";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SandboxStore store;
  private final SandboxSignature signature;
  private final Supplier<URI> publicUrl;
  private final InstantSource clock;

  SandboxPaymentGateway(
      SandboxStore store,
      SandboxSignature signature,
      Supplier<URI> publicUrl,
      InstantSource clock) {
    this.store = store;
    this.signature = signature;
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String createCheckout(PaymentOrder order) {
    SandboxCheckoutId id = signature.checkoutId(order.id());
    store.open(
        new SandboxCheckout(
            id,
            order.id(),
            order.amountMinor(),
            order.currency(),
            order.returnUrl(),
            SandboxState.OPEN,
            Optional.empty(),
            0,
            List.of(),
            order.expireTime()));
    return publicUrl.get().resolve(CHECKOUT_PATH + id).toString();
  }

  @Override
  public PaymentReport fetchStatus(PaymentOrder order) {
    return store
        .find(signature.checkoutId(order.id()))
        .map(
            checkout ->
                new PaymentReport(
                    checkout.orderId(),
                    outcome(checkout.state()),
                    checkout.paymentId().map(SandboxPaymentId::value),
                    checkout.amountMinor(),
                    checkout.currency()))
        .orElseGet(
            () ->
                new PaymentReport(
                    order.id(),
                    PaymentReport.Outcome.PENDING,
                    Optional.empty(),
                    order.amountMinor(),
                    order.currency()));
  }

  @Override
  public PaymentReport verifyWebhook(Map<String, String> headers, byte[] body) {
    String header = headers.getOrDefault(SandboxSignature.HEADER, "");
    if (!signature.matches(header, body, clock.instant())) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_WEBHOOK_SIGNATURE_INVALID,
          "The notification is not signed by the gateway, or is too old.");
    }
    try {
      JsonNode event = JSON.readTree(body);
      return new PaymentReport(
          new OrderId(event.required("order_id").asText()),
          PaymentReport.Outcome.valueOf(event.required("outcome").asText()),
          Optional.ofNullable(event.get("payment_id")).map(JsonNode::asText),
          event.required("amount_minor").asLong(),
          event.required("currency").asText());
    } catch (IOException | IllegalArgumentException e) {
      throw new PlatformException(
          ErrorReason.ERROR_REASON_MALFORMED_REQUEST, "The notification can't be read.", e);
    }
  }

  /** The body of the notification that a checkout was decided. */
  static String body(SandboxCheckout checkout) {
    Map<String, Object> event = new TreeMap<>();
    event.put("order_id", checkout.orderId().value());
    event.put("outcome", outcome(checkout.state()).name());
    event.put("amount_minor", checkout.amountMinor());
    event.put("currency", checkout.currency());
    checkout.paymentId().ifPresent(id -> event.put("payment_id", id.value()));
    try {
      return JSON.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts and numbers is JSON", e);
    }
  }

  private static PaymentReport.Outcome outcome(SandboxState state) {
    return switch (state) {
      case OPEN -> PaymentReport.Outcome.PENDING;
      case PAID -> PaymentReport.Outcome.PAID;
      case FAILED -> PaymentReport.Outcome.FAILED;
      case CANCELLED -> PaymentReport.Outcome.CANCELLED;
    };
  }
}
