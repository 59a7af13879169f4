package dev.cloudlet.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

abstract class InboxStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract InboxStore store();

  private static InboxMail mail(String id, String messageId, String to) {
    return new InboxMail(new InboxMailId(id), messageId, to, "Hello", "Text", NOW);
  }

  @Test
  void keepsOneOfTwoDeliveriesOfOneMail() {
    store().insert(mail("mai_1", "m", "a@example.com"));
    store().insert(mail("mai_2", "m", "a@example.com"));
    assertThat(store().list(Optional.empty(), Optional.empty(), 10))
        .containsExactly(mail("mai_1", "m", "a@example.com"));
  }

  @Test
  void listsNewestFirstByAddressAndPage() {
    store().insert(mail("mai_1", "1", "a@example.com"));
    store().insert(mail("mai_2", "2", "b@example.com"));
    store().insert(mail("mai_3", "3", "a@example.com"));
    assertThat(store().list(Optional.of("a@example.com"), Optional.empty(), 10))
        .extracting(mail -> mail.id().value())
        .containsExactly("mai_3", "mai_1");
    assertThat(store().list(Optional.empty(), Optional.of(new InboxMailId("mai_3")), 1))
        .extracting(mail -> mail.id().value())
        .containsExactly("mai_2");
  }

  @Test
  void removesWhatIsOlder() {
    store().insert(mail("mai_1", "1", "a@example.com"));
    store().insert(mail("mai_2", "2", "a@example.com"));
    store().removeBefore(new InboxMailId("mai_2"));
    assertThat(store().list(Optional.empty(), Optional.empty(), 10))
        .extracting(mail -> mail.id().value())
        .containsExactly("mai_2");
  }
}
