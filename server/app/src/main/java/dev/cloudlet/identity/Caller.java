package dev.cloudlet.identity;

import dev.cloudlet.kernel.id.IdSource;

/**
 * Who asks, when nobody is logged in.
 *
 * @param address the network address, as the edge knows it
 * @param ids of this call
 */
record Caller(String address, IdSource ids) {}
