package dev.cloudlet.payments;

import com.google.common.html.HtmlEscapers;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.cloudlet.capability.BundledFile;
import dev.cloudlet.capability.CoinText;
import dev.cloudlet.kernel.crypto.Sha256;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The sandbox's checkout page. Works without scripts; nothing may run or be framed; only its own
 * form, once, decides.
 */
final class SandboxPage {
  private static final Map<String, SandboxState> BUTTONS =
      Map.of(
          "pay", SandboxState.PAID, "fail", SandboxState.FAILED, "cancel", SandboxState.CANCELLED);

  private final SandboxCheckouts checkouts;
  private final String template = BundledFile.text(SandboxPage.class, "checkout.html");
  private final String style = BundledFile.text(SandboxPage.class, "checkout.css");

  SandboxPage(SandboxCheckouts checkouts) {
    this.checkouts = checkouts;
  }

  HttpResponse show(SandboxCheckoutId checkoutId) {
    return checkouts
        .find(checkoutId)
        .map(checkout -> page(HttpStatus.OK, checkout, ""))
        .orElseGet(
            () ->
                html(
                    HttpStatus.NOT_FOUND,
                    fill("Not found", "", "<p>There is no such checkout.</p>"),
                    Optional.empty()));
  }

  HttpResponse press(SandboxCheckoutId checkoutId, String form) {
    QueryParams fields = QueryParams.fromQueryString(form);
    Optional<SandboxState> wanted = Optional.ofNullable(BUTTONS.get(fields.get("action", "")));
    Optional<SandboxCheckout> found = checkouts.find(checkoutId);
    if (found.isEmpty()) {
      return show(checkoutId);
    }
    SandboxCheckout checkout = found.get();
    if (wanted.isEmpty()) {
      return page(HttpStatus.BAD_REQUEST, checkout, "Choose one of the buttons.");
    }
    return switch (checkouts.press(checkout, fields.get("token", ""), wanted.get())) {
      case DONE -> after(checkout, wanted.get());
      case STALE_FORM ->
          checkouts
              .find(checkoutId)
              .map(now -> page(HttpStatus.CONFLICT, now, "That form was used before."))
              .orElseGet(() -> show(checkoutId));
      case CLOSED -> page(HttpStatus.CONFLICT, checkout, "This checkout is closed.");
    };
  }

  // A failed payment may be tried again, so the customer stays.
  private static HttpResponse after(SandboxCheckout checkout, SandboxState state) {
    String own = SandboxPaymentGateway.CHECKOUT_PATH + checkout.id();
    String target =
        state == SandboxState.FAILED
            ? own
            : checkout.returnUrl().map(url -> withOrder(url, checkout.orderId())).orElse(own);
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.SEE_OTHER)
            .add(HttpHeaderNames.LOCATION, target)
            .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .add(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
            .build());
  }

  private static String withOrder(String url, OrderId orderId) {
    int fragment = url.indexOf('#');
    String address = fragment < 0 ? url : url.substring(0, fragment);
    return address
        + (address.contains("?") ? "&" : "?")
        + "order_id="
        + orderId
        + (fragment < 0 ? "" : url.substring(fragment));
  }

  private HttpResponse page(HttpStatus status, SandboxCheckout checkout, String message) {
    StringBuilder main = new StringBuilder();
    main.append("<dl><dt>Order</dt><dd>").append(escape(checkout.orderId().value()));
    main.append("</dd><dt>Amount</dt><dd class=\"amount\">")
        .append(CoinText.of(checkout.amountMinor()))
        .append(' ')
        .append(escape(checkout.currency()))
        .append("</dd></dl>");
    if (checkouts.mayPay(checkout)) {
      main.append("<form method=\"post\"><input type=\"hidden\" name=\"token\" value=\"")
          .append(checkouts.formToken(checkout))
          .append("\">")
          .append(button("pay", "Pay"))
          .append(button("fail", "Let the payment fail"))
          .append(button("cancel", "Cancel"))
          .append("</form>");
    }
    checkout
        .returnUrl()
        .ifPresent(
            url ->
                main.append("<p><a href=\"")
                    .append(escape(withOrder(url, checkout.orderId())))
                    .append("\">Back to the shop</a></p>"));
    String note = message.isEmpty() ? stateText(checkout) : message + " " + stateText(checkout);
    return html(status, fill("Sandbox checkout", note, main.toString()), checkout.returnUrl());
  }

  private String stateText(SandboxCheckout checkout) {
    return switch (checkout.state()) {
      case OPEN ->
          checkouts.mayPay(checkout)
              ? "This is a test: no money moves."
              : "This checkout has expired.";
      case PAID -> "Paid. The coins are on their way to the wallet.";
      case FAILED ->
          checkouts.mayPay(checkout)
              ? "The payment failed. You may try again."
              : "The payment failed, and this checkout has expired.";
      case CANCELLED -> "Cancelled.";
    };
  }

  private static String button(String action, String label) {
    return "<button name=\"action\" value=\""
        + action
        + "\" class=\""
        + action
        + "\">"
        + label
        + "</button>";
  }

  private String fill(String title, String note, String main) {
    return template
        .replace("{{title}}", escape(title))
        .replace("{{style}}", style)
        .replace("{{note}}", escape(note))
        .replace("{{main}}", main);
  }

  private HttpResponse html(HttpStatus status, String page, Optional<String> returnUrl) {
    // Browsers hold a form's redirect against form-action too.
    String target = returnUrl.map(url -> " " + origin(url)).orElse("");
    String policy =
        "default-src 'none'; style-src '"
            + hash(style)
            + "'; form-action 'self'"
            + target
            + "; base-uri 'none'; frame-ancestors 'none'";
    return HttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(MediaType.HTML_UTF_8)
            .add(HttpHeaderNames.CONTENT_SECURITY_POLICY, policy)
            .add(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
            .add(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
            .add(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
            .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build(),
        HttpData.ofUtf8(page));
  }

  private static String origin(String url) {
    URI address = URI.create(url);
    return address.getScheme() + "://" + address.getRawAuthority();
  }

  private static String hash(String style) {
    return "sha256-" + Base64.getEncoder().encodeToString(Sha256.of(style));
  }

  private static String escape(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }
}
