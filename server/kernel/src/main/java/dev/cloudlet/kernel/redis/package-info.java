/**
 * Access to Redis: connection, topics for waking watchers, the rate limiter. Redis is transport:
 * everything in it may vanish at any moment.
 */
@NullMarked
package dev.cloudlet.kernel.redis;

import org.jspecify.annotations.NullMarked;
