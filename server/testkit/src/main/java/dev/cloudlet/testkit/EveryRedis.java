package dev.cloudlet.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs a suite, whose constructor takes a {@link TestPart}, on the child redis-server and on the
 * given one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ResourceLock(TestPart.REDIS_URI)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.cloudlet.testkit.TestPart#ofRedis")
public @interface EveryRedis {}
