/** Customers' object storage: account, quota, buckets, presigned transfer, credentials, period. */
@NullMarked
package dev.cloudlet.storage;

import org.jspecify.annotations.NullMarked;
