/**
 * How the client works inside; not for use by programs and free to change. One call passes {@code
 * Caller} (request id, token), {@code Attempts} (repetition) and {@code Wire} (one attempt,
 * deadline, translation of the failure), in this order.
 */
@NullMarked
package dev.cloudlet.sdk.internal;

import org.jspecify.annotations.NullMarked;
