package dev.cloudlet.kernel.mail;

import dev.cloudlet.kernel.config.Secret;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.simplejavamail.MailException;
import org.simplejavamail.api.email.Email;
import org.simplejavamail.api.email.EmailPopulatingBuilder;
import org.simplejavamail.api.mailer.Mailer;
import org.simplejavamail.api.mailer.config.TransportStrategy;
import org.simplejavamail.email.EmailBuilder;
import org.simplejavamail.mailer.MailerBuilder;

/**
 * Sends by SMTP, one connection per mail. Connecting, reading and writing each give up after the
 * timeout. Any thread.
 */
public final class SmtpMailSender implements MailSender {
  private static final int LONGEST_CHAIN = 20;

  /**
   * To connect, greeting, EHLO, STARTTLS, its handshake, EHLO, up to four steps of a login, MAIL,
   * RCPT, DATA, the text, the answer to it, QUIT: each gives up by itself.
   */
  private static final int MOST_WAITS = 16;

  private final Mailer mailer;
  private final String from;
  private final String domain;
  private final Duration timeout;

  /**
   * A sender that connects when first used.
   *
   * @param from an address, alone or as in {@code Name <address>}; its domain ends every Message-ID
   * @throws IllegalArgumentException if {@code from} is not an address
   */
  public SmtpMailSender(SmtpAddress address, String from, Duration timeout) {
    this.from = from;
    this.domain = domain(from);
    this.timeout = timeout;
    this.mailer =
        MailerBuilder.withSMTPServer(
                address.host(),
                address.port(),
                address.user().orElse(null),
                address.password().map(Secret::reveal).orElse(null))
            .withTransportStrategy(strategy(address.mode()))
            .withSessionTimeout(Math.toIntExact(timeout.toMillis()))
            .buildMailer();
  }

  @Override
  public Duration longestSend() {
    return timeout.multipliedBy(MOST_WAITS);
  }

  private static String domain(String from) {
    try {
      String address = new InternetAddress(from, true).getAddress();
      return address.substring(address.lastIndexOf('@') + 1);
    } catch (AddressException malformed) {
      throw new IllegalArgumentException(
          "smtp.from is an address, alone or as in Name <address>, not " + from, malformed);
    }
  }

  @Override
  public void send(Mail mail) {
    EmailPopulatingBuilder email =
        EmailBuilder.startingBlank()
            .from(from)
            .to(mail.to())
            .withSubject(mail.subject())
            .withPlainText(mail.text())
            .fixingMessageId("<" + mail.messageId() + "@" + domain + ">");
    mail.html().ifPresent(email::withHTMLText);
    deliver(email.buildEmail(), mail.messageId());
  }

  private void deliver(Email email, String id) {
    try {
      mailer.sendMail(email, false).join();
    } catch (MailException | CompletionException failed) {
      Optional<Integer> code = replyCode(failed);
      String message = "mail " + id + code.map(c -> ": the server answered " + c).orElse("");
      if (code.filter(c -> c >= 500 && c < 600).isPresent()) {
        throw new MailNotSentException.Refused(message, failed);
      }
      throw new MailNotSentException.Unavailable(message, failed);
    }
  }

  /**
   * The server's answer to this mail, if it got that far; a refused login is not an answer to the
   * mail.
   */
  private static Optional<Integer> replyCode(Throwable failure) {
    Throwable at = failure;
    for (int i = 0; i < LONGEST_CHAIN && at != null; i++) {
      if (at instanceof SMTPAddressFailedException refused) {
        return Optional.of(refused.getReturnCode());
      }
      if (at instanceof MessagingException chained
          && chained.getNextException() instanceof SMTPAddressFailedException refused) {
        return Optional.of(refused.getReturnCode());
      }
      if (at instanceof SMTPSendFailedException refused) {
        return Optional.of(refused.getReturnCode());
      }
      at = at.getCause();
    }
    return Optional.empty();
  }

  private static TransportStrategy strategy(SmtpAddress.Mode mode) {
    return switch (mode) {
      case PLAIN -> TransportStrategy.SMTP;
      case STARTTLS -> TransportStrategy.SMTP_TLS;
      case TLS -> TransportStrategy.SMTPS;
    };
  }
}
