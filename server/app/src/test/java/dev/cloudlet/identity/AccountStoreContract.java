package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

abstract class AccountStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final StoredHash OLD = new StoredHash("old");
  private static final StoredHash NEW = new StoredHash("new");
  private static final PasswordChangeId CHANGE = new PasswordChangeId("pwd_1");

  abstract AccountStore store();

  private static Account account(String suffix, String email) {
    return Account.opened(
        new AccountId("usr_" + suffix), new EmailAddress(email), "Asha", OLD, NOW);
  }

  @Test
  void givesBackWhatWasInserted() {
    Account account = account("1", "Asha@Example.com");
    assertThat(store().insert(account)).isTrue();
    assertThat(store().find(account.id())).contains(account);
    assertThat(store().findByEmail(new EmailAddress("ASHA@example.com "))).contains(account);
  }

  @Test
  void refusesASecondAccountOfOneAddress() {
    assertThat(store().insert(account("1", "a@example.com"))).isTrue();
    assertThat(store().insert(account("2", "A@Example.COM"))).isFalse();
    assertThat(store().find(new AccountId("usr_2"))).isEmpty();
  }

  @Test
  void refusesASecondAccountOfOneId() {
    assertThat(store().insert(account("1", "a@example.com"))).isTrue();
    assertThat(store().insert(account("1", "b@example.com"))).isFalse();
  }

  @Test
  void oneOfManyRacersGetsTheAddress() throws Exception {
    AccountStore store = store();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> racers =
          IntStream.range(0, 16)
              .<Callable<Boolean>>mapToObj(
                  i -> () -> store.insert(account("r" + i, "race@example.com")))
              .toList();
      int won = 0;
      for (Future<Boolean> racer : pool.invokeAll(racers)) {
        won += racer.get() ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
  }

  @Test
  void changesOnlyWhatIsGiven() {
    Account account = account("1", "a@example.com");
    store().insert(account);
    Optional<Account> changed =
        store()
            .changeProfile(
                account.id(),
                new ProfileChange(Optional.of("Ravi"), Optional.empty(), Optional.of(true)));
    assertThat(changed).isEqualTo(store().find(account.id()));
    assertThat(changed.orElseThrow().name()).isEqualTo("Ravi");
    assertThat(changed.orElseThrow().settings()).isEqualTo(new Account.Settings(true, true));
  }

  @Test
  void anEmptyChangeGivesTheAccount() {
    Account account = account("1", "a@example.com");
    store().insert(account);
    ProfileChange nothing = new ProfileChange(Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(store().changeProfile(account.id(), nothing)).contains(account);
    assertThat(store().changeProfile(new AccountId("usr_none"), nothing)).isEmpty();
  }

  @Test
  void aNewPasswordRaisesTheEpochAndNamesItsRequest() {
    Account account = account("1", "a@example.com");
    store().insert(account);
    Account changed =
        store().changePassword(account.id(), Optional.of(OLD), NEW, CHANGE).orElseThrow();
    assertThat(changed.password()).isEqualTo(NEW);
    assertThat(changed.epoch()).isEqualTo(2);
    assertThat(changed.passwordChange()).isEqualTo(CHANGE);
  }

  @Test
  void aPasswordThatChangedInBetweenIsNotOverwritten() {
    Account account = account("1", "a@example.com");
    store().insert(account);
    StoredHash other = new StoredHash("other");
    assertThat(store().changePassword(account.id(), Optional.of(other), NEW, CHANGE)).isEmpty();
    assertThat(store().find(account.id())).contains(account);
    assertThat(store().changePassword(account.id(), Optional.empty(), NEW, CHANGE)).isPresent();
  }

  @Test
  void rehashingLeavesTheEpoch() {
    Account account = account("1", "a@example.com");
    store().insert(account);
    store().rehash(account.id(), OLD, NEW);
    store().rehash(account.id(), OLD, new StoredHash("late"));
    Account found = store().find(account.id()).orElseThrow();
    assertThat(found.password()).isEqualTo(NEW);
    assertThat(found.epoch()).isEqualTo(1);
  }

  @Test
  void anAccountPrintsWithoutItsHash() {
    assertThat(account("1", "a@example.com").toString()).doesNotContain("old").contains("***");
  }
}
