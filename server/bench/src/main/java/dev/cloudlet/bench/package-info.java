/** Measures the platform side by side with what it is compared with. */
@NullMarked
package dev.cloudlet.bench;

import org.jspecify.annotations.NullMarked;
