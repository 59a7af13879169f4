package dev.cloudlet.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({"0, 0.00", "25, 0.25", "10000, 100.00", "-5, -0.05", "-1234, -12.34"})
  void coinsReadAsDecimals(long minor, String text) {
    assertThat(Coins.ofMinor(minor)).hasToString(text);
  }

  @Test
  void coinsDoNotOverflowSilently() {
    assertThatThrownBy(() -> Coins.of(Long.MAX_VALUE)).isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:8080", "ftp://host", "http://", "http://host/path", "http://u:p@host"})
  void anAddressThatIsNotOneIsRefused(String address) {
    assertThatThrownBy(() -> ConnectOptions.builder(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("u:p");
  }

  @Test
  void aMethodsOwnDeadlineWins() {
    ConnectOptions options =
        ConnectOptions.builder("https://cloud.example")
            .readDeadline(Duration.ofSeconds(1))
            .deadline("a/B", Duration.ofSeconds(9))
            .build();

    assertThat(options.deadline("a/B", true)).isEqualTo(Duration.ofSeconds(9));
    assertThat(options.deadline("a/C", true)).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.deadline("a/C", false)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void retryOptionsOutsideTheirBoundsAreRefused() {
    assertThatThrownBy(() -> RetryOptions.defaults().withMaxAttempts(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RetryOptions.defaults().withTotalTime(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
