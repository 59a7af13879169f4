/**
 * The chain that every call passes, in this order: request id and log, errors, streams that a stop
 * ends, deadline, authentication, rate limit, permission, validation, idempotency, handler.
 */
@NullMarked
package dev.cloudlet.kernel.rpc;

import org.jspecify.annotations.NullMarked;
