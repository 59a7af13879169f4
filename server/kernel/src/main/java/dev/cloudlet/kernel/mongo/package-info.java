/**
 * Access to MongoDB: record codec, declared indexes, awaited operations with three outcomes (done,
 * refused, unknown), page tokens. Only classes named {@code Mongo...} see the driver. Code keeps to
 * what both real MongoDB and the embedded server do.
 */
@NullMarked
package dev.cloudlet.kernel.mongo;

import org.jspecify.annotations.NullMarked;
