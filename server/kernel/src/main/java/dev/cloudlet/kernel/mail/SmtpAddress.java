package dev.cloudlet.kernel.mail;

import dev.cloudlet.kernel.config.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Where the mail server is, how the connection is protected and who we are there.
 *
 * @param port the given one, or 25, 465 or 587 by mode
 */
public record SmtpAddress(
    Mode mode, String host, int port, Optional<String> user, Optional<Secret> password) {

  /** How the connection is protected. */
  public enum Mode {
    /** {@code smtp://}: encrypted if the server offers it, plain otherwise. */
    PLAIN,
    /**
     * {@code smtp+starttls://}: refuses a server that does not switch to TLS with a valid
     * certificate.
     */
    STARTTLS,
    /** {@code smtps://}: TLS from the first byte, valid certificate. */
    TLS
  }

  /**
   * Reads {@code smtp://host:port}, {@code smtps://user:pass@host} or {@code
   * smtp+starttls://user:pass@host:587}; user and password are percent-encoded.
   *
   * @throws IllegalArgumentException if it has another form; the message does not quote it
   */
  public static SmtpAddress parse(Secret uri) {
    URI parsed;
    try {
      parsed = new URI(uri.reveal());
    } catch (URISyntaxException malformed) {
      // Its message quotes the address with the password, so it is not kept as the cause.
      throw new IllegalArgumentException("smtp.uri is not a URI");
    }
    Mode mode =
        switch (String.valueOf(parsed.getScheme())) {
          case "smtp" -> Mode.PLAIN;
          case "smtp+starttls" -> Mode.STARTTLS;
          case "smtps" -> Mode.TLS;
          default ->
              throw new IllegalArgumentException(
                  "smtp.uri starts with smtp://, smtps:// or smtp+starttls://");
        };
    Optional<String> host = Optional.ofNullable(parsed.getHost()).filter(name -> !name.isEmpty());
    Optional<String> login = Optional.ofNullable(parsed.getRawUserInfo());
    return new SmtpAddress(
        mode,
        host.orElseThrow(() -> new IllegalArgumentException("smtp.uri has no host")),
        parsed.getPort() > 0 ? parsed.getPort() : usualPort(mode),
        login.map(info -> decode(info.split(":", 2)[0])),
        login
            .filter(info -> info.contains(":"))
            .map(info -> Secret.of(decode(info.split(":", 2)[1]))));
  }

  private static int usualPort(Mode mode) {
    return switch (mode) {
      case PLAIN -> 25;
      case STARTTLS -> 587;
      case TLS -> 465;
    };
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
