package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.kernel.id.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

abstract class SessionStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant END = NOW.plus(Duration.ofDays(30));
  private static final AccountId OWNER = new AccountId("usr_1");
  private static final StoredHash FIRST = new StoredHash("first");
  private static final StoredHash SECOND = new StoredHash("second");

  abstract SessionStore store();

  private static LoginSession session(String id) {
    return new LoginSession(
        new SessionId(id), OWNER, 1, FIRST, "phone", NOW, END, Optional.empty(), Optional.empty());
  }

  @Test
  void keepsTheFirstOfTwoSessionsOfOneId() {
    store().insert(session("ses_1"));
    store()
        .insert(
            new LoginSession(
                new SessionId("ses_1"),
                OWNER,
                1,
                SECOND,
                "phone",
                NOW,
                END,
                Optional.empty(),
                Optional.empty()));
    assertThat(store().find(new SessionId("ses_1"))).contains(session("ses_1"));
  }

  @Test
  void rotatesOnlyFromTheExpectedToken() {
    store().insert(session("ses_1"));
    Instant later = END.plusSeconds(5);
    LoginSession rotated =
        store().rotate(new SessionId("ses_1"), FIRST, SECOND, later).orElseThrow();
    assertThat(rotated.refresh()).isEqualTo(SECOND);
    assertThat(rotated.expireTime()).isEqualTo(later);
    assertThat(store().rotate(new SessionId("ses_1"), FIRST, new StoredHash("third"), later))
        .isEmpty();
    assertThat(store().find(new SessionId("ses_1"))).contains(rotated);
  }

  @Test
  void oneOfManyRacersRotates() throws Exception {
    SessionStore store = store();
    store.insert(session("ses_1"));
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> racers =
          IntStream.range(0, 16)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () ->
                          store
                              .rotate(
                                  new SessionId("ses_1"), FIRST, new StoredHash("next" + i), END)
                              .isPresent())
              .toList();
      int won = 0;
      for (Future<Boolean> racer : pool.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  void anEndedSessionStaysEnded() {
    store().insert(session("ses_1"));
    assertThat(store().end(new SessionId("ses_1"), NOW)).isTrue();
    assertThat(store().end(new SessionId("ses_1"), NOW.plusSeconds(1))).isFalse();
    assertThat(store().end(new SessionId("ses_none"), NOW)).isFalse();
    assertThat(store().rotate(new SessionId("ses_1"), FIRST, SECOND, END)).isEmpty();
    store().carryInto(new SessionId("ses_1"), 7);
    LoginSession found = store().find(new SessionId("ses_1")).orElseThrow();
    assertThat(found.endTime()).contains(NOW);
    assertThat(found.epoch()).isEqualTo(1);
  }

  @Test
  void survivesTheChangeOfThePasswordThatItAskedFor() {
    PasswordChangeId change = new PasswordChangeId("pwd_1");
    store().insert(session("ses_1"));
    store().insert(session("ses_2"));
    store().end(new SessionId("ses_2"), NOW);
    store().survive(new SessionId("ses_1"), change);
    store().survive(new SessionId("ses_2"), change);
    store().carryInto(new SessionId("ses_1"), 2);
    assertThat(store().find(new SessionId("ses_1")).orElseThrow().survives()).contains(change);
    assertThat(store().find(new SessionId("ses_2")).orElseThrow().survives()).isEmpty();
  }

  @Test
  void isCarriedIntoANewEpoch() {
    store().insert(session("ses_1"));
    store().carryInto(new SessionId("ses_1"), 7);
    assertThat(store().find(new SessionId("ses_1")).orElseThrow().epoch()).isEqualTo(7);
  }

  @Test
  void listsTheOpenSessionsOfOneAccountNewestFirst() {
    store().insert(session("ses_1"));
    store().insert(session("ses_2"));
    store().insert(session("ses_3"));
    store().end(new SessionId("ses_2"), NOW);
    assertThat(store().list(OWNER, NOW, 10))
        .extracting(LoginSession::id)
        .containsExactly(new SessionId("ses_3"), new SessionId("ses_1"));
    assertThat(store().list(OWNER, NOW, 1)).hasSize(1);
    assertThat(store().list(OWNER, END, 10)).isEmpty();
    assertThat(store().list(new AccountId("usr_2"), NOW, 10)).isEmpty();
  }

  @Test
  void sweepsWhatIsLongOver() {
    store().insert(session("ses_1"));
    assertThat(store().sweep(END)).isZero();
    assertThat(store().sweep(END.plusMillis(1))).isEqualTo(1);
    assertThat(store().find(new SessionId("ses_1"))).isEmpty();
  }
}
