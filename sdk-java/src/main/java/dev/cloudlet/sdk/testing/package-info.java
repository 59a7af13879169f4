/**
 * A fake server and a movable clock for the tests of programs that use the client. Nothing here
 * opens a connection to anywhere but this machine.
 *
 * <p>What the fake shares with a server: the contract's messages, statuses and reasons, accounts
 * and tokens that end, request ids, a wallet that holds and captures, presigned transfers over real
 * HTTP, jobs with revisions. What it does not do: it checks no field rules, no rate limits and no
 * passwords' strength, transcodes nothing, and forgets everything when it is closed.
 *
 * <p>Threads: everything that changes happens under the monitor of {@code FakeWorld}.
 */
@NullMarked
package dev.cloudlet.sdk.testing;

import org.jspecify.annotations.NullMarked;
