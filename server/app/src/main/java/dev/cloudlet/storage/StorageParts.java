package dev.cloudlet.storage;

import dev.cloudlet.kernel.crypto.RandomSource;
import dev.cloudlet.kernel.crypto.SecretBox;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.mail.MailOutbox;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.WalletApi;
import java.util.Optional;
import java.util.function.Function;

/**
 * What storage needs of others.
 *
 * @param box seals the secrets of key pairs
 * @param random makes them
 * @param mail reminds of the end of a period
 * @param addressOf where mail to an account goes
 */
public record StorageParts(
    WalletApi wallet,
    PricingApi pricing,
    SecretBox box,
    RandomSource random,
    MailOutbox mail,
    Function<AccountId, Optional<String>> addressOf) {}
