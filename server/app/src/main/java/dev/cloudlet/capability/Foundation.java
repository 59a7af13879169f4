package dev.cloudlet.capability;

import dev.cloudlet.kernel.id.IdSource;
import dev.cloudlet.kernel.mongo.MongoConnection;
import dev.cloudlet.kernel.redis.RedisConnection;
import dev.cloudlet.kernel.redis.Signals;
import dev.cloudlet.kernel.telemetry.Tracing;
import dev.cloudlet.kernel.time.Background;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;

/**
 * What every capability builds on. Made once by the composition root and handed to each {@code
 * XxxModule}.
 *
 * @param clock the platform's time
 * @param ids ids outside of calls; within a call the call's own source is used
 * @param mongo the truth
 * @param redis the transport
 * @param signals wakes watchers
 * @param background repeated work; stopped before the connections close
 * @param meters metrics
 * @param tracing begins traces of work that was queued
 * @param instance this server among its replicas, new at every start
 */
public record Foundation(
    InstantSource clock,
    IdSource ids,
    MongoConnection mongo,
    RedisConnection redis,
    Signals signals,
    Background background,
    MeterRegistry meters,
    Tracing tracing,
    ServerId instance) {}
