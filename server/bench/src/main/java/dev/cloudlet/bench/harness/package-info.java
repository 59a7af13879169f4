/** How two sides are measured against each other. */
@NullMarked
package dev.cloudlet.bench.harness;

import org.jspecify.annotations.NullMarked;
