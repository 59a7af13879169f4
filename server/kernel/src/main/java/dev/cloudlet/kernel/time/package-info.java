/**
 * Time as a constructor parameter: the movable clock, repeated background work, and bounded
 * waiting. Only here does anything read the machine's clock or sleep.
 */
@NullMarked
package dev.cloudlet.kernel.time;

import org.jspecify.annotations.NullMarked;
