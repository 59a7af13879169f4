package dev.cloudlet.kernel.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Inclusive limits of a number, duration or size, each written like a value of that type
 * ({@code @Bounds(min = "1s", max = "7d")}). An empty text leaves that side open.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Bounds {
  /** The smallest allowed value, or empty. */
  String min() default "";

  /** The largest allowed value, or empty. */
  String max() default "";
}
