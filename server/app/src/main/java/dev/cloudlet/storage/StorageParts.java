package dev.cloudlet.storage;

import dev.cloudlet.kernel.crypto.RandomSource;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.WalletApi;

/**
 * What storage needs of others.
 *
 * @param box seals the secrets of key pairs
 * @param random makes them
 */
public record StorageParts(
    WalletApi wallet, PricingApi pricing, SecretBox box, RandomSource random) {}
