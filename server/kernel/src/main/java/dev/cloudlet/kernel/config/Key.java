package dev.cloudlet.kernel.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a component of a configuration record: what it means and what it is when nobody says
 * otherwise. On a component that is itself a record, {@link #doc()} describes the section and
 * {@link #value()} must be absent.
 *
 * <p>The key is the dotted path of component names in kebab case: {@code Config(Http http)} with
 * {@code Http(int maxBody)} is {@code http.max-body}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
  /** Stands for "no default": the key is required, unless its type is an Optional. */
  String NONE = "\0";

  /** The default, written as a user would write it; without it the key is required. */
  String value() default NONE;

  /** One line for {@code --help}: the meaning and, where it is not in the type, the unit. */
  String doc();
}
