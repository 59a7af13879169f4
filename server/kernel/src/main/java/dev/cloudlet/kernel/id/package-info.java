/**
 * Typed, time-ordered ids. An id is {@code prefix_} and 26 characters of Crockford base 32 (48 bits
 * of milliseconds, 80 of randomness), so ids sort by the time they were made.
 */
@NullMarked
package dev.cloudlet.kernel.id;

import org.jspecify.annotations.NullMarked;
