package dev.cloudlet.standalone.seeds;

import dev.cloudlet.standalone.PlatformExtension;

/** A customer with coins and storage. */
public final class PayingCustomer {
  private PayingCustomer() {}

  /** The token of one with 85 coins and a gigabyte. */
  public static String withStorage(PlatformExtension platform) {
    String token = platform.newCustomer().token();
    new SeedClient(platform).buy(token, 100);
    PlatformExtension.Answer made = platform.call(token, "POST", "/v1/storage", "{\"sizeGb\":1}");
    if (made.status() != 200) {
      throw new IllegalStateException(made.body().toString());
    }
    return token;
  }
}
