package dev.cloudlet.storage;

import dev.cloudlet.kernel.config.Secret;
import dev.cloudlet.kernel.id.AccountId;

/**
 * What an object store that asks us for identities needs to know of an access key, at this moment.
 *
 * @param accessKeyId the public half
 * @param secret what requests are signed with
 * @param owner whose it is
 * @param folder the directory of the owner's buckets
 * @param quotaBytes bytes the owner may store
 * @param writable false once the paid period is over
 */
public record S3KeyFacts(
    String accessKeyId,
    Secret secret,
    AccountId owner,
    String folder,
    long quotaBytes,
    boolean writable) {}
