/**
 * What a worker node does with the work it is given: attempts with slots, kept for a while after
 * their end, and the stages of one attempt. It knows the server only through {@link
 * dev.cloudlet.workers.runtime.TaskSigner}.
 *
 * <p>What stays true: an attempt outlives the stream that asked for it; it ends by its own, by a
 * cancel or at its deadline; its folder goes with it.
 */
@NullMarked
package dev.cloudlet.workers.runtime;

import org.jspecify.annotations.NullMarked;
