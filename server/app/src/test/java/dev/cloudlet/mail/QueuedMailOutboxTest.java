package dev.cloudlet.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.crypto.MasterKey;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.crypto.SeededRandom;
import dev.cloudlet.kernel.mail.Mail;
import dev.cloudlet.kernel.mail.MailSender;
import dev.cloudlet.kernel.redis.LocalSignals;
import dev.cloudlet.kernel.time.Background;
import dev.cloudlet.kernel.time.MovableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class QueuedMailOutboxTest {
  private static final String TEXT = "Your code is 123456";

  private final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryMailStore store = new InMemoryMailStore();
  private final SeededRandom random = new SeededRandom(5);
  private final SecretBox box = new SecretBox(MasterKey.generate(random), List.of(), random);
  private final LocalSignals signals = new LocalSignals();
  private final List<Mail> sent = new CopyOnWriteArrayList<>();
  private volatile boolean down;
  private final QueuedMailOutbox outbox = server();

  private QueuedMailOutbox server() {
    return new QueuedMailOutbox(
        store,
        box,
        sender(Duration.ofMinutes(2), this::deliver),
        signals,
        clock,
        new MailMetrics(new SimpleMeterRegistry()));
  }

  private static MailSender sender(Duration longest, Consumer<Mail> sends) {
    return new MailSender() {
      @Override
      public void send(Mail mail) {
        sends.accept(mail);
      }

      @Override
      public Duration longestSend() {
        return longest;
      }
    };
  }

  private void deliver(Mail mail) {
    if (down) {
      throw new IllegalStateException("no server");
    }
    sent.add(mail);
  }

  @Test
  void sendsOncePerEvent() {
    outbox.send(new MailEventId("code-1"), "a@example.com", "Hello", TEXT);
    outbox.send(new MailEventId("code-1"), "a@example.com", "Hello", "another text");
    outbox.deliverDue();
    outbox.deliverDue();
    assertThat(sent).extracting(Mail::text).containsExactly(TEXT);
    assertThat(sent.getFirst().messageId()).isEqualTo("code-1");
  }

  @Test
  void theTextIsSealedWhileItWaitsAndGoneOnceSent() {
    outbox.send(new MailEventId("code-1"), "a@example.com", "Hello", TEXT);
    OutgoingMail waiting = store.find(new MailEventId("code-1")).orElseThrow();
    assertThat(waiting.sealedText().orElseThrow()).doesNotContain("123456");
    assertThat(waiting.toString()).doesNotContain("123456");
    outbox.deliverDue();
    assertThat(store.find(new MailEventId("code-1")).orElseThrow().sealedText()).isEmpty();
  }

  @Test
  void retriesWithBackOff() {
    down = true;
    outbox.send(new MailEventId("e"), "a@example.com", "Hello", TEXT);
    outbox.deliverDue();
    down = false;
    clock.advance(Duration.ofSeconds(4));
    outbox.deliverDue();
    assertThat(sent).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    outbox.deliverDue();
    assertThat(sent).hasSize(1);
    assertThat(QueuedMailOutbox.backOff(1)).isEqualTo(Duration.ofSeconds(5));
    assertThat(QueuedMailOutbox.backOff(3)).isEqualTo(Duration.ofSeconds(20));
    assertThat(QueuedMailOutbox.backOff(1000)).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void givesUpAfterADayAndForgetsTheText() {
    down = true;
    outbox.send(new MailEventId("e"), "a@example.com", "Hello", TEXT);
    clock.advance(Duration.ofHours(24).plusSeconds(1));
    down = false;
    outbox.deliverDue();
    assertThat(sent).isEmpty();
    OutgoingMail given = store.find(new MailEventId("e")).orElseThrow();
    assertThat(given.sealedText()).isEmpty();
    assertThat(given.doneTime()).isPresent();
  }

  @Test
  void aServerThatDiedWithTheLeaseIsSucceededAfterIt() {
    outbox.send(new MailEventId("e"), "a@example.com", "Hello", TEXT);
    OutgoingMail due = store.due(clock.instant(), 1).getFirst();
    store.lease(
        new MailEventId("e"),
        due.nextTime().orElseThrow(),
        clock.instant().plus(Duration.ofMinutes(2)));
    server().deliverDue();
    assertThat(sent).isEmpty();
    clock.advance(Duration.ofMinutes(2));
    server().deliverDue();
    assertThat(sent).hasSize(1);
  }

  @Test
  void aMailOfAServerThatDiedWaitsAsLongAsItsSenderMayTake() {
    MailSender dies =
        sender(
            Duration.ofSeconds(10),
            mail -> {
              throw new StackOverflowError("the server dies here");
            });
    outbox.send(new MailEventId("e"), "a@example.com", "Hello", TEXT);
    QueuedMailOutbox dying =
        new QueuedMailOutbox(
            store, box, dies, signals, clock, new MailMetrics(new SimpleMeterRegistry()));
    assertThatThrownBy(dying::deliverDue).isInstanceOf(StackOverflowError.class);
    clock.advance(Duration.ofSeconds(9));
    server().deliverDue();
    assertThat(sent).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    server().deliverDue();
    assertThat(sent).hasSize(1);
  }

  @Test
  void refusesAtOnceWhatCouldNeverBeSent() {
    assertThatThrownBy(() -> outbox.send(new MailEventId("e"), "a@b\r\nBcc: c@d", "Hello", TEXT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> outbox.send(new MailEventId("e"), "a@example.com", "Hello\r\nBcc: c@d", TEXT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEventIdOfAnotherFormStillMakesAStableMessageId() {
    outbox.send(new MailEventId("order:1/paid"), "a@example.com", "Hello", TEXT);
    outbox.deliverDue();
    assertThat(sent.getFirst().messageId()).matches("[0-9a-f]{64}");
  }

  @Test
  void theLoopSendsWithoutWaitingForItsNextRound() {
    try (Background background = new Background()) {
      background.loop("send-mail", outbox::run);
      outbox.send(new MailEventId("e"), "a@example.com", "Hello", TEXT);
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> sent.size() == 1);
    }
  }
}
