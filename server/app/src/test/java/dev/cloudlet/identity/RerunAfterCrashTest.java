package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.crypto.PasswordHasher;
import dev.cloudlet.kernel.crypto.SeededRandom;
import dev.cloudlet.kernel.error.PlatformException;
import dev.cloudlet.kernel.id.DerivedIds;
import dev.cloudlet.kernel.id.IdSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A request that broke off after any write is run again with the same derived ids: it meets what
 * its first run wrote, and answers as that would have.
 */
class RerunAfterCrashTest {
  private static final EmailAddress EMAIL = new EmailAddress("asha@example.com");
  private static final Secret PASSWORD = Secret.of(IdentityFixture.PASSWORD);
  private static final Secret NEXT = Secret.of("another horse 8");

  private final IdentityFixture cloud = new IdentityFixture();
  private final PasswordHasher full =
      new PasswordHasher(new PasswordHasher.Cost(64, 1, 1), new SeededRandom(3), 1, 1);
  private final OneTimeCodes codes =
      new OneTimeCodes(
          cloud.stores.proofs(), cloud.clock, cloud.config.codeLifetime(), cloud.crypto);
  private final Verifications verifications =
      new Verifications(cloud.stores.proofs(), cloud.clock, cloud.crypto);
  private final Passwords passwords = new Passwords(cloud.crypto.hasher());
  private final Notices notices = new Notices(cloud.outbox);
  private final Sessions sessions =
      new Sessions(
          cloud.stores,
          new SessionChecks(
              cloud.stores.accounts(), cloud.stores.sessions(), cloud.signals, cloud.clock),
          cloud.clock,
          cloud.config.sessionLifetime(),
          cloud.crypto);
  private final Registrations registrations =
      new Registrations(cloud.stores, codes, verifications, passwords, notices, cloud.clock);
  private final Logins logins =
      new Logins(cloud.stores.accounts(), codes, verifications, passwords, sessions, notices);
  private final PasswordChanges changes =
      new PasswordChanges(
          cloud.stores.accounts(), codes, verifications, passwords, sessions, notices);

  // Takes no work, as one whose queue is full.
  private Passwords tooBusy() {
    full.close();
    return new Passwords(full);
  }

  @AfterEach
  void close() {
    full.close();
    cloud.close();
  }

  private IdSource ids(String request) {
    return new DerivedIds(request, cloud.clock.instant());
  }

  private Caller by(String request) {
    return new Caller("203.0.113.6", ids(request));
  }

  @Test
  void registerMakesOneRegistrationOneCodeAndOneMail() {
    Registration first = registrations.begin(EMAIL, PASSWORD, "Asha", by("r"));
    String code = cloud.newestCode(EMAIL.value());
    Registration again = registrations.begin(EMAIL, PASSWORD, "Asha", by("r"));
    assertThat(again.id()).isEqualTo(first.id());
    assertThat(cloud.outbox.to(EMAIL.value())).hasSize(1);
    assertThat(
            registrations
                .verify(Optional.of(first.id()), Optional.empty(), Secret.of(code), ids("v"))
                .id())
        .isEqualTo(first.account());
  }

  @Test
  void verifyGivesTheSameAccountThoughTheCodeIsUsedUp() {
    Account account = open();
    Registration registration =
        cloud.stores.proofs().findRegistration(registrationId).orElseThrow();
    Secret code = Secret.of(cloud.newestCode(EMAIL.value()));
    Account again =
        registrations.verify(Optional.of(registration.id()), Optional.empty(), code, ids("verify"));
    assertThat(again).isEqualTo(account);
    assertThatThrownBy(
            () ->
                registrations.verify(
                    Optional.of(registration.id()), Optional.empty(), code, ids("other")))
        .isInstanceOf(PlatformException.class);
  }

  @Test
  void verifyCarriesOnAfterOnlyTheCodeWasUsedUp() {
    Registration begun = registrations.begin(EMAIL, PASSWORD, "Asha", by("register"));
    Secret code = Secret.of(cloud.newestCode(EMAIL.value()));
    codes.use(
        CodePurpose.REGISTRATION,
        EMAIL,
        Optional.of(CodeId.of(begun.id())),
        code,
        new UseId(ids("verify").next(UseId.PREFIX)));
    assertThat(
            registrations
                .verify(Optional.of(begun.id()), Optional.empty(), code, ids("verify"))
                .id())
        .isEqualTo(begun.account());
  }

  @Test
  void loginGivesTheSameSession() {
    open();
    Sessions.Opened first = logins.byPassword(EMAIL, PASSWORD, "", by("login"));
    Sessions.Opened again = logins.byPassword(EMAIL, PASSWORD, "", by("login"));
    assertThat(again.session().id()).isEqualTo(first.session().id());
    assertThat(again.refreshToken()).isEqualTo(first.refreshToken());
  }

  @Test
  void refreshGivesTheSameTokenAndIsNotTakenForATheft() {
    open();
    Sessions.Opened opened = logins.byPassword(EMAIL, PASSWORD, "", by("login"));
    Sessions.Opened first = sessions.refresh(opened.refreshToken(), ids("refresh"));
    Sessions.Opened again = sessions.refresh(opened.refreshToken(), ids("refresh"));
    assertThat(again.refreshToken()).isEqualTo(first.refreshToken());
    assertThatThrownBy(() -> sessions.refresh(opened.refreshToken(), ids("thief")))
        .hasMessageContaining("used before");
  }

  @Test
  void aNewPasswordIsSetOnceAndTheCallersSessionGoesOn() {
    Account account = open();
    Sessions.Opened opened = logins.byPassword(EMAIL, PASSWORD, "", by("login"));
    PasswordChanges.Proof proof = new PasswordChanges.Proof.Current(PASSWORD);
    changes.change(account.id(), opened.session().id(), proof, NEXT, ids("change"));
    changes.change(account.id(), opened.session().id(), proof, NEXT, ids("change"));
    Account after = cloud.stores.accounts().find(account.id()).orElseThrow();
    assertThat(after.epoch()).isEqualTo(2);
    assertThat(sessions.refresh(opened.refreshToken(), ids("refresh")).account()).isEqualTo(after);
  }

  @Test
  void aSessionIsNotEndedByTheChangeOfThePasswordThatItAskedForThoughThatBrokeOff() {
    Account account = open();
    Sessions.Opened asking = logins.byPassword(EMAIL, PASSWORD, "", by("login"));
    Sessions.Opened other = logins.byPassword(EMAIL, PASSWORD, "", by("other"));
    PasswordChangeId change = new PasswordChangeId("pwd_1");
    sessions.letSurvive(asking.session().id(), change);
    cloud
        .stores
        .accounts()
        .changePassword(account.id(), Optional.empty(), new StoredHash("next"), change)
        .orElseThrow();
    assertThat(sessions.refresh(asking.refreshToken(), ids("refresh")).account().epoch())
        .isEqualTo(2);
    assertThatThrownBy(() -> sessions.refresh(other.refreshToken(), ids("refresh other")))
        .hasMessageContaining("ended");
  }

  @Test
  void aForgottenPasswordIsSetOnce() {
    Account account = open();
    logins.sendCode(CodePurpose.PASSWORD_RESET, EMAIL, by("send"));
    Secret code = Secret.of(cloud.newestCode(EMAIL.value()));
    changes.reset(EMAIL, code, NEXT, ids("reset"));
    changes.reset(EMAIL, code, NEXT, ids("reset"));
    assertThat(cloud.stores.accounts().find(account.id()).orElseThrow().epoch()).isEqualTo(2);
  }

  @Test
  void aServerTooBusyToHashUsesUpNoCode() {
    Account account = open();
    logins.sendCode(CodePurpose.PASSWORD_RESET, EMAIL, by("send"));
    Secret code = Secret.of(cloud.newestCode(EMAIL.value()));
    PasswordChanges busy =
        new PasswordChanges(
            cloud.stores.accounts(), codes, verifications, tooBusy(), sessions, notices);
    assertThatThrownBy(() -> busy.reset(EMAIL, code, NEXT, ids("reset")))
        .hasMessageContaining("Too many people");
    changes.reset(EMAIL, code, NEXT, ids("another reset"));
    assertThat(cloud.stores.accounts().find(account.id()).orElseThrow().epoch()).isEqualTo(2);
  }

  @Test
  void aServerTooBusyToHashMailsNoCode() {
    Registrations busy =
        new Registrations(cloud.stores, codes, verifications, tooBusy(), notices, cloud.clock);
    assertThatThrownBy(() -> busy.begin(EMAIL, PASSWORD, "Asha", by("register")))
        .hasMessageContaining("Too many people");
    assertThat(cloud.outbox.to(EMAIL.value())).isEmpty();
  }

  @Test
  void aVerifiedCodeGivesTheSameToken() {
    logins.sendCode(CodePurpose.VERIFICATION, EMAIL, by("send"));
    Secret code = Secret.of(cloud.newestCode(EMAIL.value()));
    Secret first = logins.verifyCode(CodePurpose.VERIFICATION, EMAIL, code, ids("check"));
    assertThat(logins.verifyCode(CodePurpose.VERIFICATION, EMAIL, code, ids("check")))
        .isEqualTo(first);
    Account opened = registrations.openVerified(EMAIL, PASSWORD, "Asha", first, ids("register"));
    assertThat(registrations.openVerified(EMAIL, PASSWORD, "Asha", first, ids("register")))
        .isEqualTo(opened);
  }

  private RegistrationId registrationId = new RegistrationId("");

  private Account open() {
    registrationId = registrations.begin(EMAIL, PASSWORD, "Asha", by("register")).id();
    return registrations.verify(
        Optional.of(registrationId),
        Optional.empty(),
        Secret.of(cloud.newestCode(EMAIL.value())),
        ids("verify"));
  }
}
