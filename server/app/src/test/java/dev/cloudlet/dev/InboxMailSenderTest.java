package dev.cloudlet.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.TimeOrderedIds;
import dev.cloudlet.kernel.mail.Mail;
import dev.cloudlet.kernel.time.MovableClock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InboxMailSenderTest {
  private final MovableClock clock = MovableClock.fixedAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final InMemoryInboxStore store = new InMemoryInboxStore();
  private final InboxMailSender sender =
      new InboxMailSender(store, clock, TimeOrderedIds.secure(clock));

  private void send(String messageId) {
    sender.send(new Mail("Asha@Example.com", "Hello", "Text", Optional.empty(), messageId));
  }

  @Test
  void aRepeatedDeliveryShowsOnce() {
    send("m-1");
    send("m-1");
    List<InboxMail> mails = store.list(Optional.of("asha@example.com"), Optional.empty(), 10);
    assertThat(mails).hasSize(1);
    assertThat(mails.getFirst().toString()).doesNotContain("Text");
  }

  @Test
  void theNewestThousandStay() {
    for (int i = 0; i < InboxMailSender.KEEP + 5; i++) {
      send("m-" + i);
    }
    sender.trim();
    List<InboxMail> left = store.list(Optional.empty(), Optional.empty(), 1000);
    assertThat(left).hasSize(InboxMailSender.KEEP);
    assertThat(left.getFirst().messageId()).isEqualTo("m-" + (InboxMailSender.KEEP + 4));
    assertThat(left.getLast().messageId()).isEqualTo("m-5");
  }
}
