/**
 * Parts for tests: a MongoDB wire server and a redis-server, started on free ports, and beside them
 * the contract of object stores, proxies that break connections, and the rules of the code. A suite
 * that is annotated {@code @EveryMongo}, {@code @EveryRedis}, {@code @EveryS3} or
 * {@code @EveryQueue} runs on the embedded part, always, and again on the real one if its address
 * is given.
 */
@NullMarked
package dev.cloudlet.testkit;

import org.jspecify.annotations.NullMarked;
