/**
 * How each of the programs starts and stops: configuration, logging, start, greeting, the end by a
 * signal, and what an operator reads when it can't start.
 */
@NullMarked
package dev.cloudlet.kernel.launch;

import org.jspecify.annotations.NullMarked;
