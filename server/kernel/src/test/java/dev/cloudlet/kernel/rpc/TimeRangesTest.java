package dev.cloudlet.kernel.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.api.dev.v1.AdvanceTimeRequest;
import dev.cloudlet.api.wallet.v1.GetStatementRequest;
import dev.cloudlet.kernel.error.PlatformException;
import org.junit.jupiter.api.Test;

class TimeRangesTest {
  private static GetStatementRequest from(long seconds, int nanos) {
    return GetStatementRequest.newBuilder()
        .setStartTime(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
        .build();
  }

  private static AdvanceTimeRequest by(long seconds, int nanos) {
    return AdvanceTimeRequest.newBuilder()
        .setBy(Duration.newBuilder().setSeconds(seconds).setNanos(nanos))
        .build();
  }

  @Test
  void theFirstAndTheLastMomentPass() {
    assertThatCode(() -> TimeRanges.check(from(-62_135_596_800L, 0))).doesNotThrowAnyException();
    assertThatCode(() -> TimeRanges.check(from(253_402_300_799L, 999_999_999)))
        .doesNotThrowAnyException();
    assertThatCode(() -> TimeRanges.check(by(-315_576_000_000L, -1))).doesNotThrowAnyException();
  }

  @Test
  void whatNoTimeCanBeIsRefusedByItsField() {
    for (GetStatementRequest request :
        new GetStatementRequest[] {
          from(-62_135_596_801L, 0),
          from(253_402_300_800L, 0),
          from(Long.MAX_VALUE, 0),
          from(0, -1),
          from(0, 1_000_000_000)
        }) {
      PlatformException refused =
          catchThrowableOfType(PlatformException.class, () -> TimeRanges.check(request));
      assertThat(refused.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
      assertThat(refused.violations().getFirst().field()).isEqualTo("start_time");
    }
    for (AdvanceTimeRequest request :
        new AdvanceTimeRequest[] {by(315_576_000_001L, 0), by(1, -1), by(0, 1_000_000_000)}) {
      assertThat(catchThrowableOfType(PlatformException.class, () -> TimeRanges.check(request)))
          .isNotNull();
    }
  }
}
