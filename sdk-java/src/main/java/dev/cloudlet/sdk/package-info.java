/**
 * The public client of Cloudlet.
 *
 * <h2>Connecting</h2>
 *
 * <p>One client serves the whole program, from any number of threads; every call blocks its thread,
 * which may be a virtual one. Nothing is sent before the first call.
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="connect"}
 *
 * <p>After {@link dev.cloudlet.sdk.Cloudlet#login} the token is renewed by itself, once for all
 * threads. A program that acts for somebody whose token it was given uses {@link
 * dev.cloudlet.sdk.Cloudlet#withToken}, over the same connection:
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="identities"}
 *
 * <h2>Deadlines and repetition</h2>
 *
 * <p>Every attempt has a deadline and all attempts together have one. Repeated is only what the
 * contract says is harmless: reads, and mutations because they carry a {@code request_id}, which is
 * the same in all attempts.
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="options"}
 *
 * <p>With an id of your own a repetition is safe even over a crash of your program:
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="request-id"}
 *
 * <h2>Errors</h2>
 *
 * <p>Three things can happen to a call: it is done, it is refused, or nobody knows. A refusal is a
 * {@link dev.cloudlet.sdk.CloudletException} with a stable reason; the unknown outcome is an {@link
 * dev.cloudlet.sdk.UnavailableException} that says so.
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="errors"}
 *
 * <h2>Lists</h2>
 *
 * <p>A list is fetched page by page while it is read.
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="pages"}
 *
 * <h2>Files and long work</h2>
 *
 * <p>Bytes go straight between this program and the object store. Long work is a job; waiting for
 * it survives broken connections, and the work goes on when the program ends.
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="video"}
 *
 * <h2>Testing your program</h2>
 *
 * <p>{@link dev.cloudlet.sdk.testing.FakeCloudlet} is a server in the test's own process, with a
 * clock that the test moves and failures that it orders.
 *
 * {@snippet file="dev/cloudlet/sdk/GuideTest.java" region="testing"}
 *
 * <h2>What stays true</h2>
 *
 * <p>Attempts, waits and buffers have bounds; a token, password or presigned address is never part
 * of a {@code toString}. Three things are kept apart: the generated stubs of the contract ({@code
 * dev.cloudlet.api}), the options of a client ({@link dev.cloudlet.sdk.ConnectOptions}), and when a
 * call is repeated ({@link dev.cloudlet.sdk.RetryOptions}). Everything in {@code
 * dev.cloudlet.sdk.internal} may change at any time.
 */
@NullMarked
package dev.cloudlet.sdk;

import org.jspecify.annotations.NullMarked;
