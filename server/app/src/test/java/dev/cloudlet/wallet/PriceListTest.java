package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloudlet.kernel.error.PlatformException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceListTest {
  private final PriceList prices = new PriceList(PricingConfig.defaults());

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1048576, 25",
    "3500000, 83",
    "20971, 1",
    "62914, 1",
    "62915, 2",
    "1125899906842624, 26843545600"
  })
  void transcodingIsRoundedHalfUpOnceAndCostsAtLeastOneUnit(long bytes, long minor) {
    assertThat(prices.costMinor(PricingApi.TRANSCODE, bytes)).isEqualTo(minor);
  }

  @Test
  void storageAndHostingAreWholeCoins() {
    assertThat(prices.costMinor(PricingApi.STORAGE_30_DAYS, 2)).isEqualTo(3000);
    assertThat(prices.costMinor(PricingApi.HOSTING_30_DAYS, 1)).isEqualTo(8000);
  }

  @Test
  void aNegativeQuantityAnUnknownSkuAndAnOverflowAreRefused() {
    assertThatThrownBy(() -> prices.costMinor(PricingApi.TRANSCODE, -1))
        .isInstanceOf(PlatformException.class);
    assertThatThrownBy(() -> prices.costMinor("video.nothing", 1))
        .isInstanceOf(PlatformException.class);
    assertThatThrownBy(() -> prices.costMinor(PricingApi.HOSTING_30_DAYS, Long.MAX_VALUE))
        .isInstanceOf(PlatformException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1e9", "abc", "0.0000000001", "NaN"})
  void aPriceThatIsNoneIsRefusedAtStart(String price) {
    assertThatThrownBy(() -> new PricingConfig(price, "15", "80"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("transcode-per-mb must be");
  }
}
