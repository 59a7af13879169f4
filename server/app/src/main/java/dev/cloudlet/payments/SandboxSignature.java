package dev.cloudlet.payments;

import dev.cloudlet.kernel.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The sandbox's signatures: HMAC-SHA256, each use with its own purpose so that none can stand for
 * another. A notification's header is {@code t=<unix seconds>,v1=<hex>} over seconds, a dot and the
 * body.
 */
final class SandboxSignature {
  /** The header of a notification. */
  static final String HEADER = "x-sandbox-signature";

  private static final Duration WINDOW = Duration.ofMinutes(5);
  private static final Pattern FORM = Pattern.compile("t=([0-9]{1,12}),v1=([0-9a-f]{64})");
  private static final String ALGORITHM = "HmacSHA256";

  private final Secret secret;

  SandboxSignature(Secret secret) {
    this.secret = secret;
  }

  String header(Instant time, byte[] body) {
    long seconds = time.getEpochSecond();
    return "t=" + seconds + ",v1=" + hex("webhook", seconds + ".", body);
  }

  /** Whether {@code header} was made for {@code body} within five minutes of {@code now}. */
  boolean matches(String header, byte[] body, Instant now) {
    Matcher parts = FORM.matcher(header);
    if (!parts.matches()) {
      return false;
    }
    long seconds = Long.parseLong(parts.group(1));
    byte[] expected = ascii(hex("webhook", seconds + ".", body));
    boolean signed = MessageDigest.isEqual(expected, ascii(parts.group(2)));
    Duration age = Duration.between(Instant.ofEpochSecond(seconds), now).abs();
    return signed && age.compareTo(WINDOW) <= 0;
  }

  /** The id of an order's checkout: always the same, and not to be guessed. */
  SandboxCheckoutId checkoutId(OrderId orderId) {
    String hash = hex("checkout", orderId.value(), new byte[0]).substring(0, 32);
    return new SandboxCheckoutId(SandboxCheckoutId.PREFIX + "_" + hash);
  }

  /** Proves that a form was read on this checkout's page and not used yet. */
  String formToken(SandboxCheckout checkout) {
    return hex("form", checkout.id() + "." + checkout.attempts(), new byte[0]);
  }

  boolean isFormToken(String given, SandboxCheckout checkout) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), ascii(formToken(checkout)));
  }

  private String hex(String purpose, String text, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(
          new SecretKeySpec(
              (purpose + '\n' + secret.reveal()).getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
