/** Calls: our server against bare ones. */
@NullMarked
package dev.cloudlet.bench.rpc;

import org.jspecify.annotations.NullMarked;
