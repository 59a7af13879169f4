/**
 * Configuration as one typed tree of records, read from flags, environment and YAML. A value that
 * must never be printed is a {@link dev.cloudlet.kernel.config.Secret}.
 */
@NullMarked
package dev.cloudlet.kernel.config;

import org.jspecify.annotations.NullMarked;
