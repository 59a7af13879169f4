/**
 * Customers' object storage: account, quota, buckets, presigned transfer, credentials, period.
 *
 * <p>Collections: {@code storage_accounts} (by owner), {@code storage_uploads} (by ticket), {@code
 * storage_keys} (by access key id, unique slot). Invariants: one document write decides whether an
 * account exists, whether a ticket has room and whether it is complete; nothing is provisioned that
 * was not charged, and what was charged is provisioned or refunded, by the request, by its
 * repetition or by the sweeper; bytes are counted by the store. Others call {@link
 * dev.cloudlet.storage.StorageApi} only.
 */
@NullMarked
package dev.cloudlet.storage;

import org.jspecify.annotations.NullMarked;
