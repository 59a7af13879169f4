package dev.cloudlet.kernel.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cloudlet.kernel.config.Secret;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmtpAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp://user:planted s3cret@h",
        "smtp://user:pla%ZZnted@h",
        "planted",
        "",
        "smtp://user:planted@",
        "smtp://user:planted@h:notaport",
        "smtp://user:planted@with@h",
        "http://user:planted@h"
      })
  void aBadAddressIsNamedByItsKeyAndNeverQuoted(String uri) {
    Throwable refused = catchThrowable(() -> SmtpAddress.parse(Secret.of(uri)));
    assertThat(refused).isInstanceOf(IllegalArgumentException.class);
    for (Throwable at = refused; at != null; at = at.getCause()) {
      assertThat(at.getMessage()).contains("smtp.uri").doesNotContain("planted", "pla%");
    }
  }
}
