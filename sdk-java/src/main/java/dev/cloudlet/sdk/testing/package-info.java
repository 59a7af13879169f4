/**
 * A fake server and a movable clock for the tests of programs that use the client. Nothing here
 * opens a connection to anywhere but this machine.
 *
 * <p>What the fake shares with a server: every rpc that a customer or an administrator can call,
 * with its statuses and reasons; accounts, mailed codes, sessions, one-time tokens, orders, storage
 * and addresses that end by {@link dev.cloudlet.sdk.testing.FakeClock}; request ids; a wallet that
 * holds and captures; presigned transfers over real HTTP; jobs with revisions. What it does not do:
 * it checks no field rules and no rate limits beyond those of mailed codes, serves no S3 clients
 * (its key pairs open nothing), takes no worker nodes, transcodes nothing, and forgets everything
 * when it is closed.
 *
 * <p>Threads: everything that changes happens under the monitor of {@code FakeWorld}.
 */
@NullMarked
package dev.cloudlet.sdk.testing;

import org.jspecify.annotations.NullMarked;
