package dev.cloudlet.wallet;

import dev.cloudlet.kernel.config.Key;
import java.math.BigDecimal;

/**
 * What things cost, as decimal texts in coins. More decimals than two are fine: only a whole amount
 * is rounded.
 *
 * @param transcodePerMb for 1,048,576 bytes of measured input
 * @param storagePerGb for one gigabyte for 30 days
 * @param hostingPerSite for one site for 30 days
 */
public record PricingConfig(
    @Key(value = "0.25", doc = "coins for 1 MB (1,048,576 bytes) of video that is transcoded")
        String transcodePerMb,
    @Key(value = "15", doc = "coins for 1 GB of storage for 30 days") String storagePerGb,
    @Key(value = "80", doc = "coins for a hosted site for 30 days") String hostingPerSite) {
  private static final BigDecimal MAX = new BigDecimal("1000000");
  private static final int MAX_DECIMALS = 9;

  public PricingConfig {
    requirePrice("transcode-per-mb", transcodePerMb);
    requirePrice("storage-per-gb", storagePerGb);
    requirePrice("hosting-per-site", hostingPerSite);
  }

  /** 0.25 per MB, 15 per GB and 80 per site. */
  public static PricingConfig defaults() {
    return new PricingConfig("0.25", "15", "80");
  }

  private static void requirePrice(String key, String text) {
    try {
      BigDecimal price = new BigDecimal(text);
      if (price.signum() > 0 && price.compareTo(MAX) <= 0 && price.scale() <= MAX_DECIMALS) {
        return;
      }
    } catch (NumberFormatException e) {
      throw refused(key, text, e);
    }
    throw refused(key, text, null);
  }

  private static IllegalArgumentException refused(
      String key, String text, @org.jspecify.annotations.Nullable Exception cause) {
    return new IllegalArgumentException(
        key
            + " must be a decimal above 0 and at most 1000000 with at most 9 decimals, not '"
            + text
            + "'",
        cause);
  }
}
