/**
 * The servers that standalone starts when no address of a real one is configured: a MongoDB wire
 * server on H2, a real Redis child process and an S3 server on a folder, plus the claim that keeps
 * a second process off the data folder.
 *
 * <p>Invariants: every part speaks the real wire protocol and listens on loopback unless told
 * otherwise; what it acknowledged survives kill -9 of this process; it starts again on the folder
 * it left; closing it leaves no process, port or thread behind. The parts do not know each other,
 * and nothing outside the composition root of standalone knows them.
 */
@NullMarked
package dev.cloudlet.standalone.embedded;

import org.jspecify.annotations.NullMarked;
