/**
 * The composition root: configuration, wiring by plain constructor calls, start and stop in order.
 */
@NullMarked
package dev.cloudlet.app;

import org.jspecify.annotations.NullMarked;
