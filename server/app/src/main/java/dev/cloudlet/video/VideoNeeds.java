package dev.cloudlet.video;

import dev.cloudlet.fleet.FleetApi;
import dev.cloudlet.jobs.JobsApi;
import dev.cloudlet.kernel.id.AccountId;
import dev.cloudlet.mail.MailOutbox;
import dev.cloudlet.storage.StorageApi;
import dev.cloudlet.wallet.PricingApi;
import dev.cloudlet.wallet.WalletApi;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What video needs of other capabilities.
 *
 * @param addressOf where mail to an account goes; empty if its owner wants none
 * @param inUse whether an account exists and is not switched off
 */
public record VideoNeeds(
    StorageApi storage,
    JobsApi jobs,
    FleetApi fleet,
    WalletApi wallet,
    PricingApi pricing,
    MailOutbox mail,
    Function<AccountId, Optional<String>> addressOf,
    Predicate<AccountId> inUse) {}
