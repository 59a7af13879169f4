package dev.cloudlet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.mail.InMemoryMailOutbox;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoticesTest {
  @ParameterizedTest
  @CsvSource({"PT1M,a minute", "PT10M,10 minutes", "PT15M,15 minutes"})
  void aMailTellsHowLongItsCodeIsGood(Duration life, String told) {
    InMemoryMailOutbox outbox = new InMemoryMailOutbox();

    new Notices(outbox)
        .code(
            CodePurpose.LOGIN,
            "ann@example.org",
            new OneTimeCodes.Issued(
                new CodeId("otp_1"), Secret.of("123456"), Instant.EPOCH.plus(life), life));

    assertThat(outbox.to("ann@example.org"))
        .singleElement()
        .extracting(InMemoryMailOutbox.Sent::text)
        .asString()
        .contains("123456")
        .contains("It is for logging in and is good for " + told + ".");
  }
}
