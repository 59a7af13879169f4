package dev.cloudlet.wallet;

/** What things cost. */
public interface PricingApi {
  /** Sku of transcoding; the quantity is bytes of measured input. */
  String TRANSCODE = "video.transcode";

  /** Sku of storage for 30 days; the quantity is whole gigabytes. */
  String STORAGE_30_DAYS = "storage.gb-30-days";

  /** Sku of hosting for 30 days; the quantity is sites. */
  String HOSTING_30_DAYS = "hosting.site-30-days";

  /**
   * The price in minor units, by the rounding rule of {@code cloudlet.wallet.v1.Price}.
   *
   * @param quantity 0 or more, in the sku's quantity unit
   * @throws dev.cloudlet.kernel.error.PlatformException NOT_FOUND for an unknown sku
   */
  long costMinor(String sku, long quantity);
}
