package dev.cloudlet.wallet;

import dev.cloudlet.api.common.v1.ErrorReason;
import dev.cloudlet.kernel.error.PlatformException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** The prices of this installation and the one rounding rule. */
final class PriceList implements PricingApi {
  private static final long MEGABYTE = 1_048_576;
  private static final BigDecimal MINOR_PER_COIN = BigDecimal.valueOf(100);

  private final List<Line> lines;

  /**
   * One price.
   *
   * @param sku stable name
   * @param title for a person
   * @param unit what {@code coins} is for, for a person
   * @param coins for one unit
   * @param quantityUnit in what quantities are counted
   * @param quantityPerUnit how many of them are one unit
   */
  record Line(
      String sku,
      String title,
      String unit,
      BigDecimal coins,
      String quantityUnit,
      long quantityPerUnit) {
    // One division, so rounded once.
    long costMinor(long quantity) {
      if (quantity == 0) {
        return 0;
      }
      BigDecimal exact = coins.multiply(MINOR_PER_COIN).multiply(BigDecimal.valueOf(quantity));
      BigDecimal whole = exact.divide(BigDecimal.valueOf(quantityPerUnit), 0, RoundingMode.HALF_UP);
      return whole.max(BigDecimal.ONE).longValueExact();
    }
  }

  PriceList(PricingConfig config) {
    lines =
        List.of(
            new Line(
                TRANSCODE,
                "Video transcoding",
                "MB of input (1,048,576 bytes)",
                new BigDecimal(config.transcodePerMb()),
                "bytes",
                MEGABYTE),
            new Line(
                STORAGE_30_DAYS,
                "Object storage for 30 days",
                "GB for 30 days",
                new BigDecimal(config.storagePerGb()),
                "gigabytes",
                1),
            new Line(
                HOSTING_30_DAYS,
                "Site hosting for 30 days",
                "site for 30 days",
                new BigDecimal(config.hostingPerSite()),
                "sites",
                1));
  }

  List<Line> lines() {
    return lines;
  }

  @Override
  public long costMinor(String sku, long quantity) {
    Line line =
        lines.stream()
            .filter(each -> each.sku().equals(sku))
            .findFirst()
            .orElseThrow(
                () ->
                    new PlatformException(
                            ErrorReason.ERROR_REASON_NOT_FOUND,
                            "There is no price '" + sku + "'. ListPrices gives them all.")
                        .with("sku", sku));
    if (quantity < 0) {
      throw PlatformException.invalidField(
          "quantity", "int64.gte", "The quantity must not be negative.");
    }
    try {
      return line.costMinor(quantity);
    } catch (ArithmeticException e) {
      throw PlatformException.invalidField(
          "quantity", "int64.lte", "The quantity is larger than any that can be paid.");
    }
  }
}
