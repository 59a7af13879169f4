/**
 * Long work: a persisted state machine with attempts, lease, fencing, retry, cancel, progress.
 * MongoDB is the truth, Redis Streams the transport.
 */
@NullMarked
package dev.cloudlet.jobs;

import org.jspecify.annotations.NullMarked;
