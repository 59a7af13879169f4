/**
 * The worker process: registers with the server by join token, says that it lives, serves the
 * server's calls (and only those: each carries a token signed for this node), and leaves in good
 * order.
 */
@NullMarked
package dev.cloudlet.workers.agent;

import org.jspecify.annotations.NullMarked;
