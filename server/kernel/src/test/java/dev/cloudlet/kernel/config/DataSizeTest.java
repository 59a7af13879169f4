package dev.cloudlet.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "1B, 1",
    "1KiB, 1024",
    "64MiB, 67108864",
    "2 GB, 2000000000",
    "3tib, 3298534883328"
  })
  void readsBinaryAndDecimalUnits(String text, long bytes) {
    assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "1.5GiB", "1EiB", "9999999999TiB", "1 0"})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> DataSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printsWhatItReads() {
    for (long bytes : new long[] {0, 1, 1000, 1024, 1536, 64 << 20, 1L << 50}) {
      assertThat(DataSize.parse(new DataSize(bytes).toString())).isEqualTo(new DataSize(bytes));
    }
    assertThat(DataSize.ofMebibytes(64)).hasToString("64MiB");
  }
}
