/**
 * Real parts for tests: a MongoDB wire server and a redis-server, started on free ports; the ones
 * of {@code CLOUDLET_TEST_MONGO_URI} and {@code CLOUDLET_TEST_REDIS_URI} instead when those are
 * given.
 */
@NullMarked
package dev.cloudlet.testkit;

import org.jspecify.annotations.NullMarked;
