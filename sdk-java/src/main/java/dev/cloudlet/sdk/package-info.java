/**
 * The public client of Cloudlet. Start at {@link dev.cloudlet.sdk.Cloudlet#connect(String)}.
 *
 * <p>Three things are kept apart: the generated stubs of the contract ({@code dev.cloudlet.api}),
 * the options of a client ({@link dev.cloudlet.sdk.ConnectOptions}), and when a call is repeated
 * ({@link dev.cloudlet.sdk.RetryOptions}). All types here are safe for use by many threads unless
 * they say otherwise; every call blocks its thread, which may be a virtual one.
 *
 * <p>What stays true: every mutation carries a {@code request_id} that is the same in all its
 * repetitions; only calls whose repetition is harmless are repeated; attempts, waits and buffers
 * have bounds; a failure is a {@link dev.cloudlet.sdk.CloudletException} with a reason of the
 * contract; a token, password or presigned address is never part of a {@code toString}.
 *
 * <p>Everything in {@code dev.cloudlet.sdk.internal} may change at any time.
 */
@NullMarked
package dev.cloudlet.sdk;

import org.jspecify.annotations.NullMarked;
