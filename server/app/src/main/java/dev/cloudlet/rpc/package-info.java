/**
 * The outside of the server: gRPC, gRPC-Web, REST by transcoding, server-sent events,
 * documentation, one shape of failure.
 */
@NullMarked
package dev.cloudlet.rpc;

import org.jspecify.annotations.NullMarked;
