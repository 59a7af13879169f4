package dev.cloudlet.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

abstract class MailStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  abstract MailStore store();

  private static OutgoingMail mail(String id, Instant next) {
    return new OutgoingMail(
        new MailEventId(id),
        "a@example.com",
        "Hello",
        Optional.of("c2VhbGVk"),
        NOW,
        0,
        Optional.of(next),
        Optional.empty());
  }

  @Test
  void keepsTheFirstMailOfAnEvent() {
    assertThat(store().insert(mail("e1", NOW))).isTrue();
    assertThat(store().insert(mail("e1", NOW.plusSeconds(9)))).isFalse();
    assertThat(store().due(NOW, 10)).containsExactly(mail("e1", NOW));
  }

  @Test
  void givesWhatIsDueLongestFirst() {
    store().insert(mail("late", NOW.plusSeconds(60)));
    store().insert(mail("b", NOW.minusSeconds(1)));
    store().insert(mail("a", NOW.minusSeconds(2)));
    assertThat(store().due(NOW, 10))
        .extracting(mail -> mail.id().value())
        .containsExactly("a", "b");
    assertThat(store().due(NOW, 1)).extracting(mail -> mail.id().value()).containsExactly("a");
  }

  @Test
  void oneOfManyServersLeases() throws Exception {
    MailStore store = store();
    store.insert(mail("e1", NOW));
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> servers =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () ->
                          store
                              .lease(new MailEventId("e1"), NOW, NOW.plusSeconds(60 + i))
                              .isPresent())
              .toList();
      int won = 0;
      for (Future<Boolean> server : pool.invokeAll(servers)) {
        won += server.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
    assertThat(store.due(NOW, 10)).isEmpty();
  }

  @Test
  void aLeaseCountsAsAttemptAndEnds() {
    store().insert(mail("e1", NOW));
    Instant until = NOW.plusSeconds(60);
    assertThat(store().lease(new MailEventId("e1"), NOW, until).orElseThrow().attempts())
        .isEqualTo(1);
    assertThat(store().due(until, 10)).extracting(OutgoingMail::attempts).containsExactly(1);
  }

  @Test
  void onlyTheHolderOfTheLeaseSetsTheNextAttempt() {
    store().insert(mail("e1", NOW));
    Instant until = NOW.plusSeconds(60);
    store().lease(new MailEventId("e1"), NOW, until);
    store().retryAt(new MailEventId("e1"), NOW, NOW.minusSeconds(1));
    assertThat(store().due(NOW, 10)).isEmpty();
    store().retryAt(new MailEventId("e1"), until, NOW.plusSeconds(5));
    assertThat(store().due(NOW.plusSeconds(5), 10)).hasSize(1);
  }

  @Test
  void whatIsDoneIsNeverDueAndSweptLater() {
    store().insert(mail("e1", NOW));
    store().done(new MailEventId("e1"), NOW);
    assertThat(store().due(NOW.plusSeconds(999), 10)).isEmpty();
    assertThat(store().insert(mail("e1", NOW))).isFalse();
    assertThat(store().sweep(NOW)).isZero();
    assertThat(store().sweep(NOW.plusMillis(1))).isEqualTo(1);
    store().insert(mail("waiting", NOW));
    assertThat(store().sweep(NOW.plusSeconds(999))).isZero();
  }
}
