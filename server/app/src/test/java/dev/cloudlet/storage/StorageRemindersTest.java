package dev.cloudlet.storage;

import static dev.cloudlet.storage.StorageFixture.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.mail.InMemoryMailOutbox;
import dev.cloudlet.mail.MailOutbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StorageRemindersTest {
  private final StorageFixture world = new StorageFixture().enabled(ANNA, "files");

  private List<String> subjects() {
    return world.mail.to(ANNA + "@example.com").stream()
        .map(InMemoryMailOutbox.Sent::subject)
        .toList();
  }

  private void at(Duration sinceStart) {
    world.clock.advance(
        Duration.between(world.clock.instant(), StorageFixture.START.plus(sinceStart)));
    world.reminders.sweep();
    world.reminders.sweep();
  }

  @Test
  void anOwnerIsToldTwiceBeforeTheEndAtTheEndAndAfterTheGraceOnceEach() {
    at(Duration.ofDays(22));
    assertThat(subjects()).isEmpty();
    at(Duration.ofDays(23));
    at(Duration.ofDays(25));
    assertThat(subjects()).containsExactly("Your storage ends soon");
    at(Duration.ofDays(29));
    assertThat(subjects()).hasSize(2);
    at(Duration.ofDays(30));
    at(Duration.ofDays(36));
    assertThat(subjects()).hasSize(3).last().isEqualTo("Your storage is read-only now");
    at(Duration.ofDays(37));
    at(Duration.ofDays(400));
    assertThat(subjects()).hasSize(4).last().isEqualTo("Your storage is closed");
    assertThat(world.accountStore.find(ANNA).orElseThrow().noticeTime()).isEmpty();
  }

  @Test
  void theMailNamesTheEndAndTheGrace() {
    at(Duration.ofDays(23));
    assertThat(world.mail.to(ANNA + "@example.com").getFirst().text())
        .contains("31 March 2026, 10:00 UTC", "7 April 2026, 10:00 UTC");
  }

  @Test
  void aRerunAfterACrashBetweenMailAndNoteTellsNothingTwice() {
    world.clock.advance(Duration.ofDays(23));
    Instant planned = world.accountStore.find(ANNA).orElseThrow().noticeTime().orElseThrow();
    world.reminders.sweep();
    Instant next = world.accountStore.find(ANNA).orElseThrow().noticeTime().orElseThrow();
    // As it stood before the note: the mail is in the outbox, the next notice is not planned.
    world.accountStore.planNotice(ANNA, next, Optional.of(planned));
    world.reminders.sweep();
    assertThat(subjects()).hasSize(1);
    assertThat(world.accountStore.find(ANNA).orElseThrow().noticeTime()).contains(next);
  }

  @Test
  void anExtensionBeginsTheNoticesAnew() {
    at(Duration.ofDays(29));
    world.pay(ANNA, 1001);
    world.extensions.extend(ANNA, world.request("x1"));
    at(Duration.ofDays(40));
    assertThat(subjects()).hasSize(1);
    at(Duration.ofDays(53));
    assertThat(subjects()).hasSize(2).last().isEqualTo("Your storage ends soon");
  }

  @Test
  void ofNoticesThatPassedUnseenOnlyTheLastIsGiven() {
    at(Duration.ofDays(31));
    assertThat(subjects()).containsExactly("Your storage is read-only now");
  }

  @Test
  void anOutboxThatFailsIsTriedAgainLater() {
    AtomicBoolean fails = new AtomicBoolean(true);
    MailOutbox flaky =
        (event, to, subject, text) -> {
          if (fails.get()) {
            throw new IllegalStateException("no outbox");
          }
          world.mail.send(event, to, subject, text);
        };
    StorageReminders reminders =
        new StorageReminders(
            world.accountStore,
            NoticePlan.of(world.config),
            flaky,
            owner -> Optional.of(owner + "@example.com"),
            world.clock);
    world.clock.advance(Duration.ofDays(23));
    reminders.sweep();
    fails.set(false);
    world.clock.advance(Duration.ofMinutes(1));
    reminders.sweep();
    assertThat(subjects()).containsExactly("Your storage ends soon");
  }
}
