package dev.cloudlet.kernel.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.cloudlet.kernel.config.Secret;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SmtpMailSenderTest {
  private static final Mail MAIL =
      new Mail(
          "ann@example.org", "Ihr Cöde", "Code 123456 ✓\n", Optional.of("<b>123456</b>"), "mail_1");

  private final GreenMail server =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private static SmtpMailSender sender(String uri, Duration timeout) {
    return sender(uri, "cloudlet@example.com", timeout);
  }

  private static SmtpMailSender sender(String uri, String from, Duration timeout) {
    return new SmtpMailSender(SmtpAddress.parse(Secret.of(uri)), from, timeout);
  }

  private SmtpMailSender sender(String scheme, String login) {
    return sender(
        scheme + "://" + login + "127.0.0.1:" + server.getSmtp().getPort(), Duration.ofSeconds(5));
  }

  @Test
  void aMailArrivesWithBothPartsAndItsId() throws Exception {
    sender("smtp", "").send(MAIL);

    MimeMessage[] received = server.getReceivedMessages();
    assertThat(received).hasSize(1);
    assertThat(received[0].getSubject()).isEqualTo("Ihr Cöde");
    assertThat(received[0].getMessageID()).isEqualTo("<mail_1@example.com>");
    assertThat(received[0].getAllRecipients()[0]).hasToString("ann@example.org");
    assertThat(received[0].getFrom()[0]).hasToString("cloudlet@example.com");
    assertThat(GreenMailUtil.getWholeMessage(received[0]))
        .contains("text/plain", "text/html", "<b>123456</b>");
  }

  @Test
  void aSenderWithANameKeepsItAndTheIdHasItsDomain() throws Exception {
    sender(
            "smtp://127.0.0.1:" + server.getSmtp().getPort(),
            "Cloudlet <no-reply@cloudlet.example>",
            Duration.ofSeconds(5))
        .send(MAIL);

    MimeMessage received = server.getReceivedMessages()[0];
    assertThat(received.getMessageID()).isEqualTo("<mail_1@cloudlet.example>");
    assertThat(received.getFrom()[0]).hasToString("Cloudlet <no-reply@cloudlet.example>");
  }

  @Test
  void aSenderThatIsNoAddressIsToldAtTheStart() {
    for (String from : List.of("", "Cloudlet", "Cloudlet <no-reply", "a@b@c")) {
      assertThatThrownBy(() -> sender("smtp://127.0.0.1:1", from, Duration.ofSeconds(1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("smtp.from is an address");
    }
  }

  @Test
  void aMailWithoutHtmlIsPlain() throws Exception {
    sender("smtp", "")
        .send(new Mail("ann@example.org", "Hi", "plain text", Optional.empty(), "m2"));

    assertThat(GreenMailUtil.getWholeMessage(server.getReceivedMessages()[0]))
        .contains("plain text")
        .doesNotContain("text/html");
  }

  @Test
  void aLoginIsUsedAndAWrongOneIsWorthTryingAgain() {
    server.setUser("bob@example.com", "bob", "p@ss:word");

    sender("smtp", "bob:p%40ss%3Aword@").send(MAIL);

    assertThat(server.getReceivedMessages()).hasSize(1);
    assertThatThrownBy(() -> sender("smtp", "bob:wrong-PLANTED@").send(MAIL))
        .isInstanceOf(MailNotSentException.Unavailable.class)
        .hasMessageNotContaining("PLANTED");
  }

  @Test
  void aServerWithoutTlsIsNotUsedWhenTlsIsAskedFor() {
    assertThatThrownBy(() -> sender("smtp+starttls", "").send(MAIL))
        .isInstanceOf(MailNotSentException.Unavailable.class);
    assertThatThrownBy(() -> sender("smtps", "").send(MAIL))
        .isInstanceOf(MailNotSentException.Unavailable.class);
    assertThat(server.getReceivedMessages()).isEmpty();
  }

  @Test
  void noServerIsUnavailable() {
    int port = server.getSmtp().getPort();
    server.stop();

    assertThatThrownBy(() -> sender("smtp://127.0.0.1:" + port, Duration.ofSeconds(2)).send(MAIL))
        .isInstanceOf(MailNotSentException.Unavailable.class);
  }

  @Test
  void aServerThatNeverSpeaksIsGivenUpAfterTheTimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SmtpMailSender sender =
          sender("smtp://127.0.0.1:" + silent.getLocalPort(), Duration.ofMillis(200));

      assertThatThrownBy(() -> sender.send(MAIL))
          .isInstanceOf(MailNotSentException.Unavailable.class);
    }
  }

  @Test
  void aPermanentRefusalIsTellableFromATemporaryOne() throws Exception {
    assertThatThrownBy(() -> answeredBy("550 no such user"))
        .isInstanceOf(MailNotSentException.Refused.class);
    assertThatThrownBy(() -> answeredBy("450 mailbox busy"))
        .isInstanceOf(MailNotSentException.Unavailable.class);
  }

  /** A server of three lines that gives {@code answer} to RCPT TO. */
  private static void answeredBy(String answer) throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread serving = Thread.startVirtualThread(() -> serve(listening, answer));
      try {
        sender("smtp://127.0.0.1:" + listening.getLocalPort(), Duration.ofSeconds(5)).send(MAIL);
      } finally {
        listening.close();
        serving.join();
      }
    }
  }

  private static void serve(ServerSocket listening, String answer) {
    try (Socket client = listening.accept()) {
      var in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      var out = client.getOutputStream();
      out.write("220 test\r\n".getBytes(StandardCharsets.US_ASCII));
      String line;
      while ((line = in.readLine()) != null && !line.startsWith("QUIT")) {
        String reply = line.startsWith("RCPT") ? answer : "250 ok";
        out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException closed) {
      // The client hung up: the test looks at what the sender threw.
    }
  }

  @Test
  void addressesAreReadWithModeAndUsualPort() {
    assertThat(SmtpAddress.parse(Secret.of("smtp://mail.example")).port()).isEqualTo(25);
    assertThat(SmtpAddress.parse(Secret.of("smtps://mail.example")).port()).isEqualTo(465);
    SmtpAddress full = SmtpAddress.parse(Secret.of("smtp+starttls://a%40b:p+w@mail.example:2525"));
    assertThat(full)
        .isEqualTo(
            new SmtpAddress(
                SmtpAddress.Mode.STARTTLS,
                "mail.example",
                2525,
                Optional.of("a@b"),
                Optional.of(Secret.of("p+w"))));
    assertThat(full.toString()).doesNotContain("p+w");
    for (String wrong :
        List.of("", "mail.example", "http://mail.example", "smtp://", "smtp://me:PLANTED^@host")) {
      assertThatThrownBy(() -> SmtpAddress.parse(Secret.of(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("PLANTED");
    }
  }

  @Test
  void aMailThatCouldEndAHeaderIsRefused() {
    assertThatThrownBy(() -> new Mail("a@b.c\r\nBcc: x@y.z", "s", "t", Optional.empty(), "m"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Mail("a@b.c", "s\nBcc: x", "t", Optional.empty(), "m"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Mail("a@b.c", "s", "t", Optional.empty(), "m>"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(MAIL).hasToString("Mail[mail_1]");
  }
}
