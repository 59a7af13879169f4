package dev.cloudlet.kernel.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloudlet.api.common.v1.ErrorReason;
import io.grpc.Context;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** "Nothing was changed" is said only where nothing was. */
class EffectsTest {
  private final Effects effects = new Effects();
  private final UnavailableException away = new UnavailableException("away", null);

  @Test
  void beforeAnyChangeAPartThatIsAwayIsJustAway() {
    assertThat(effects.honest(away)).isSameAs(away);
  }

  @Test
  void afterAChangeItIsUnknownAndSaysWhenToComeBack() {
    away.retryAfter(Duration.ofSeconds(7));
    effects.within(Context.ROOT).run(Effects::begun);
    assertThat(effects.honest(away))
        .isInstanceOfSatisfying(
            OutcomeUnknownException.class,
            unknown -> {
              assertThat(unknown.retryAfter()).contains(Duration.ofSeconds(7));
              assertThat(unknown).hasCause(away);
            });
  }

  @Test
  void aRefusalStaysOne() {
    effects.within(Context.ROOT).run(Effects::begun);
    PlatformException refused = new PlatformException(ErrorReason.ERROR_REASON_CONFLICT, "no");
    assertThat(effects.honest(refused)).isSameAs(refused);
  }

  @Test
  void whatHappensOutsideOfACallIsNobodys() {
    Effects.begun();
    assertThat(effects.honest(away)).isSameAs(away);
  }
}
