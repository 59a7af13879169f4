/** Development aids of standalone: the inbox and the clock. */
@NullMarked
package dev.cloudlet.dev;

import org.jspecify.annotations.NullMarked;
