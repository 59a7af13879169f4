package dev.cloudlet.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** The one rounding rule, for any price and any quantity. */
class PriceListPropertyTest {
  private static final BigDecimal HALF = new BigDecimal("0.5");
  private static final long MOST = 1_125_899_906_842_624L;

  @Provide
  Arbitrary<BigDecimal> prices() {
    return Arbitraries.bigDecimals()
        .between(new BigDecimal("0.000000001"), new BigDecimal("1000000"))
        .ofScale(9);
  }

  private static long cost(BigDecimal price, long quantity) {
    return new PriceList(new PricingConfig(price.toPlainString(), "15", "80"))
        .costMinor(PricingApi.TRANSCODE, quantity);
  }

  private static BigDecimal exact(BigDecimal price, long quantity) {
    return price
        .multiply(BigDecimal.valueOf(100))
        .multiply(BigDecimal.valueOf(quantity))
        .divide(BigDecimal.valueOf(1_048_576));
  }

  @Property
  void aCostIsTheNearestWholeMinorUnitAndAtLeastOne(
      @ForAll("prices") BigDecimal price, @ForAll @LongRange(min = 1, max = 1L << 40) long bytes) {
    BigDecimal off = BigDecimal.valueOf(cost(price, bytes)).subtract(exact(price, bytes));
    assertThat(cost(price, bytes)).isPositive();
    // Half is rounded up, so a cost is never more than half too low.
    if (cost(price, bytes) > 1) {
      assertThat(off).isGreaterThan(HALF.negate()).isLessThanOrEqualTo(HALF);
    }
  }

  @Property
  void moreNeverCostsLess(
      @ForAll("prices") BigDecimal price,
      @ForAll @LongRange(min = 0, max = 1L << 40) long bytes,
      @ForAll @LongRange(min = 0, max = 1L << 30) long more) {
    assertThat(cost(price, bytes + more)).isGreaterThanOrEqualTo(cost(price, bytes));
  }

  @Property
  void theLargestQuantityOfTheContractCanBePriced(
      @ForAll @LongRange(min = 0, max = MOST) long bytes) {
    assertThat(cost(new BigDecimal("0.25"), bytes)).isNotNegative();
  }
}
