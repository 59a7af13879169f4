package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may have how many codes mailed to an address. */
class CodeBudgetTest {
  private static final EmailAddress VICTIM = new EmailAddress("victim@example.com");

  private final IdentityFixture cloud = new IdentityFixture();
  private final OneTimeCodes codes =
      new OneTimeCodes(cloud.stores.proofs(), cloud.clock, Duration.ofMinutes(10), cloud.crypto);

  @AfterEach
  void close() {
    cloud.close();
  }

  private void issue(CodePurpose purpose, String client) {
    codes.issue(purpose, VICTIM, new CodeId(cloud.ids.next(CodeId.PREFIX)), client);
  }

  private void refused(CodePurpose purpose, String client) {
    assertThatThrownBy(() -> issue(purpose, client))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_RATE_LIMITED);
              assertThat(e.retryAfter()).contains(Duration.ofMinutes(15));
            });
  }

  @Test
  void oneWhoAsksForAnothersCodesUsesUpOnlyItsOwnBudget() {
    for (int i = 0; i < 3; i++) {
      issue(CodePurpose.LOGIN, "203.0.113.6");
    }
    refused(CodePurpose.LOGIN, "203.0.113.6");
    for (int i = 0; i < 3; i++) {
      issue(CodePurpose.LOGIN, "198.51.100.7");
    }
    refused(CodePurpose.LOGIN, "198.51.100.7");
  }

  @Test
  void purposesAreCountedApart() {
    for (int i = 0; i < 3; i++) {
      issue(CodePurpose.PASSWORD_RESET, "203.0.113.6");
    }
    refused(CodePurpose.PASSWORD_RESET, "203.0.113.6");
    issue(CodePurpose.LOGIN, "203.0.113.6");
    issue(CodePurpose.REGISTRATION, "203.0.113.6");
  }

  @Test
  void manyClientsTogetherCannotFloodAMailbox() {
    for (int client = 0; client < 3; client++) {
      for (int i = 0; i < 3; i++) {
        issue(CodePurpose.LOGIN, "203.0.113." + client);
      }
    }
    refused(CodePurpose.LOGIN, "203.0.113.99");
    cloud.clock.advance(Duration.ofMinutes(15));
    issue(CodePurpose.LOGIN, "203.0.113.99");
  }

  @Test
  void theAddressOfWhoAskedIsNotKept() {
    issue(CodePurpose.LOGIN, "203.0.113.6");
    CodeBook book =
        cloud.stores.proofs().findBook(CodeBookId.of(CodePurpose.LOGIN, VICTIM)).orElseThrow();
    assertThat(book.toString()).doesNotContain("203.0.113.6");
  }

  @Test
  void eachMailNamesWhatItsCodeIsFor() {
    Notices notices = new Notices(cloud.outbox);
    for (CodePurpose purpose : CodePurpose.values()) {
      notices.code(
          purpose,
          purpose + "@example.com",
          codes.issue(purpose, VICTIM, new CodeId(cloud.ids.next(CodeId.PREFIX)), "198.51.100.7"));
    }
    assertThat(cloud.outbox.to("PASSWORD_RESET@example.com").getFirst().subject())
        .endsWith("setting a new password");
    assertThat(cloud.outbox.to("LOGIN@example.com").getFirst().text()).contains("logging in");
    assertThat(cloud.outbox.to("REGISTRATION@example.com").getFirst().text())
        .contains("opening your account");
  }
}
