package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.identity.CodeBook.Code;
import dev.cloudlet.kernel.id.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

abstract class ProofStoreContract {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Code CODE =
      new Code("otp_1", new StoredHash("h"), NOW, NOW.plusSeconds(600), 5, Optional.empty(), "c");

  abstract ProofStore store();

  @Test
  void replacesABookOnlyInTheVersionThatWasRead() {
    CodeBook first = CodeBook.empty("LOGIN:a@example.com", NOW).with(List.of(CODE), NOW);
    assertThat(store().replaceBook(first)).isTrue();
    assertThat(store().replaceBook(first)).isFalse();
    CodeBook second = first.with(List.of(CODE.tried()), NOW);
    assertThat(store().replaceBook(second)).isTrue();
    assertThat(store().replaceBook(first.with(List.of(CODE.used("use_1")), NOW))).isFalse();
    assertThat(store().findBook(first.id())).contains(second);
  }

  @Test
  void aBookKeepsWhoUsedACode() {
    CodeBook book = CodeBook.empty("b", NOW).with(List.of(CODE.used("use_1")), NOW);
    store().replaceBook(book);
    assertThat(store().findBook("b")).contains(book);
  }

  @Test
  void keepsTheFirstOfTwoRegistrationsOfOneId() {
    Registration registration = registration("Asha");
    store().insertRegistration(registration);
    store().insertRegistration(registration("Ravi"));
    assertThat(store().findRegistration("reg_1")).contains(registration);
  }

  private static Registration registration(String name) {
    return new Registration(
        "reg_1",
        new AccountId("usr_1"),
        "a@example.com",
        name,
        new StoredHash("hash"),
        NOW.plusSeconds(600));
  }

  @Test
  void oneUseTakesAGrantAndMayComeAgain() {
    store().insertGrant(grant());
    assertThat(store().useGrant("vft_1", "use_1", NOW)).isPresent();
    assertThat(store().useGrant("vft_1", "use_1", NOW)).isPresent();
    assertThat(store().useGrant("vft_1", "use_2", NOW)).isEmpty();
    assertThat(store().findGrant("vft_1").orElseThrow().usedBy()).contains("use_1");
  }

  @Test
  void aGrantPastItsEndIsNotUsed() {
    store().insertGrant(grant());
    assertThat(store().useGrant("vft_1", "use_1", NOW.plusSeconds(60))).isEmpty();
    assertThat(store().useGrant("vft_none", "use_1", NOW)).isEmpty();
  }

  private static Grant grant() {
    return new Grant(
        "vft_1", Grant.Kind.VERIFICATION, "a@example.com", NOW.plusSeconds(60), Optional.empty());
  }

  @Test
  void sweepsWhatIsPastItsEnd() {
    store().insertGrant(grant());
    store().insertRegistration(registration("Asha"));
    store().replaceBook(CodeBook.empty("b", NOW).with(List.of(CODE), NOW));
    assertThat(store().sweep(NOW)).isZero();
    assertThat(store().sweep(NOW.plus(CodeBook.WINDOW).plusSeconds(1))).isEqualTo(3);
    assertThat(store().findBook("b")).isEmpty();
    assertThat(store().findGrant("vft_1")).isEmpty();
    assertThat(store().findRegistration("reg_1")).isEmpty();
  }
}
