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
      new Code(
          new CodeId("otp_1"),
          new StoredHash("h"),
          NOW,
          NOW.plusSeconds(600),
          5,
          Optional.empty(),
          "c");

  private static final CodeBookId BOOK =
      CodeBookId.of(CodePurpose.LOGIN, new EmailAddress("a@example.com"));

  abstract ProofStore store();

  @Test
  void replacesABookOnlyInTheVersionThatWasRead() {
    CodeBook first = CodeBook.empty(BOOK, NOW).with(List.of(CODE), NOW);
    assertThat(store().replaceBook(first)).isTrue();
    assertThat(store().replaceBook(first)).isFalse();
    CodeBook second = first.with(List.of(CODE.tried()), NOW);
    assertThat(store().replaceBook(second)).isTrue();
    assertThat(store().replaceBook(first.with(List.of(CODE.used(new UseId("use_1"))), NOW)))
        .isFalse();
    assertThat(store().findBook(first.id())).contains(second);
  }

  @Test
  void aBookKeepsWhoUsedACode() {
    CodeBook book = CodeBook.empty(BOOK, NOW).with(List.of(CODE.used(new UseId("use_1"))), NOW);
    store().replaceBook(book);
    assertThat(store().findBook(BOOK)).contains(book);
  }

  @Test
  void keepsTheFirstOfTwoRegistrationsOfOneId() {
    Registration registration = registration("Asha");
    store().insertRegistration(registration);
    store().insertRegistration(registration("Ravi"));
    assertThat(store().findRegistration(new RegistrationId("reg_1"))).contains(registration);
  }

  private static Registration registration(String name) {
    return new Registration(
        new RegistrationId("reg_1"),
        new AccountId("usr_1"),
        "a@example.com",
        name,
        new StoredHash("hash"),
        NOW.plusSeconds(600));
  }

  @Test
  void oneUseTakesAGrantAndMayComeAgain() {
    store().insertGrant(grant());
    assertThat(store().useGrant(new GrantId("vft_1"), new UseId("use_1"), NOW)).isPresent();
    assertThat(store().useGrant(new GrantId("vft_1"), new UseId("use_1"), NOW)).isPresent();
    assertThat(store().useGrant(new GrantId("vft_1"), new UseId("use_2"), NOW)).isEmpty();
    assertThat(store().findGrant(new GrantId("vft_1")).orElseThrow().usedBy())
        .contains(new UseId("use_1"));
  }

  @Test
  void aGrantPastItsEndIsNotUsed() {
    store().insertGrant(grant());
    assertThat(store().useGrant(new GrantId("vft_1"), new UseId("use_1"), NOW.plusSeconds(60)))
        .isEmpty();
    assertThat(store().useGrant(new GrantId("vft_none"), new UseId("use_1"), NOW)).isEmpty();
  }

  private static Grant grant() {
    return new Grant(
        new GrantId("vft_1"),
        Grant.Kind.VERIFICATION,
        "a@example.com",
        NOW.plusSeconds(60),
        Optional.empty());
  }

  @Test
  void sweepsWhatIsPastItsEnd() {
    store().insertGrant(grant());
    store().insertRegistration(registration("Asha"));
    store().replaceBook(CodeBook.empty(BOOK, NOW).with(List.of(CODE), NOW));
    assertThat(store().sweep(NOW)).isZero();
    assertThat(store().sweep(NOW.plus(CodeBook.WINDOW).plusSeconds(1))).isEqualTo(3);
    assertThat(store().findBook(BOOK)).isEmpty();
    assertThat(store().findGrant(new GrantId("vft_1"))).isEmpty();
    assertThat(store().findRegistration(new RegistrationId("reg_1"))).isEmpty();
  }
}
